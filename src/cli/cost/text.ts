import type { PriceTable } from '../../api/cost/index.ts';
import {
  type BackendCost,
  basisOf,
  breakEvenSentences,
  type ComparedCosts,
  measuredText,
  usedPrices,
  workloadText,
} from '../../measure/cost/index.ts';
import { tableOf } from '../output.ts';
import { style } from '../terminal.ts';

/** The costs of backends as text: a table, break-even sentences, and what the figures rest on. */
export function backendsText(compared: ComparedCosts): string {
  const { costs, scene } = compared;
  const names = costs.map(({ backend }) => backend);
  return [
    `A month in ${scene.prices.region}: ${workloadText(scene.workload)}`,
    '',
    tableOf(costs, [
      ['backend', ({ backend }) => backend],
      ['idle $/month', ({ idleUsdPerMonth }) => cents(idleUsdPerMonth)],
      ['$/request', ({ usdPerRequest }) => usdPerRequest?.toPrecision(3) ?? '-'],
      ['$/million', ({ usdPerMillion }) => (usdPerMillion === undefined ? '-' : cents(usdPerMillion))],
      ['$/month', ({ usdPerMonth }) => cents(usdPerMonth)],
      ['figures', (cost) => basisOf(cost, compared)],
    ]),
    '',
    ...breakEvenSentences(names, scene),
    ...costs.flatMap(({ backend, limits }) => limits.map((limit) => `Limit of ${backend}: ${limit}.`)),
    ...unpricedText(costs),
    '',
    ...costs.map((cost) => style.dim(`${cost.backend}: ${detailsOf(cost, compared).join('; ')}.`)),
    pricesNote(costs, scene.prices),
  ].join('\n');
}

const detailsOf = (cost: BackendCost, compared: ComparedCosts): readonly string[] =>
  [...cost.assumptions, measuredText(cost, compared) ?? []].flat();

function unpricedText(costs: readonly BackendCost[]): readonly string[] {
  const names = new Set(costs.flatMap(({ unpriced = [] }) => unpriced));
  return names.size === 0 ? [] : [`Without a price, and not included: ${[...names].join(', ')}`];
}

function pricesNote(costs: readonly BackendCost[], table: PriceTable): string {
  const used = usedPrices(costs, table);
  const months = used.map(([, { notedOn }]) => notedOn).sort();
  const unverified = used.filter(([, price]) => price.unverified === true).map(([name]) => name);
  const assumed = used.some(([, price]) => price.assumed === true);
  return [
    `Prices: ${table.id}, recorded ${months[0] ?? '-'} to ${months.at(-1) ?? '-'}${assumed ? ', some of another region' : ''}; they change, so check them (--list has the sources).`,
    ...(unverified.length === 0
      ? []
      : [`Unverified prices, read in copies of AWS's lists: ${unverified.join(', ')}.`]),
    'Figures: measured ones come from --results, assumed ones are listed above; priced backends need none.',
  ].join('\n');
}

const cents = (usd: number): string => usd.toFixed(2);
