import {
  BACKENDS,
  type BackendCost,
  basisOf,
  type ComparedCosts,
  measuredText,
  usedPrices,
} from '../../cost/index.ts';
import { amount } from '../format.ts';
import { type Cell, type ReportTable, tableFrom } from '../tables.ts';

/** Tables of the costs, of what they assume, of their lines and of the prices. */
export const costTables = (compared: ComparedCosts): readonly ReportTable[] => [
  tableFrom(
    'Costs',
    compared.costs.map((cost) => costRow(cost, compared)),
    'Idle: a month without requests and updates. Per request and per million: the share of a request in the month. Figures: whether times, reads and sizes were measured or assumed; priced backends need none.',
  ),
  tableFrom(
    'Assumptions and limits',
    compared.costs.map((cost) => [
      ['backend', cost.backend],
      ['what it is', BACKENDS[cost.backend]],
      ['used', `${cost.assumptions.join('; ')}.`],
      ['measured', measuredText(cost, compared) ?? '-'],
      ['limits', cost.limits.length === 0 ? '-' : `${cost.limits.join('; ')}.`],
    ]),
    'Figures are assumed unless they were measured. The other assumptions of a srag deployment are those of srag cost.',
  ),
  tableFrom(
    'Lines of a month',
    compared.costs.flatMap(lineRows),
    'Quantity times price; the cost of a month is the sum of its lines.',
  ),
  tableFrom(
    'Prices',
    usedPrices(compared.costs, compared.scene.prices).map(([name, { usd, per, unit, source, ...price }]) => [
      ['price', name],
      ['USD', String(usd)],
      ['for', `${per === 1 ? '' : `${per.toLocaleString('en-US')} `}${unit}`],
      ['recorded', price.notedOn],
      [
        'read',
        price.unverified === true
          ? 'in a copy: unverified'
          : price.assumed === true
            ? 'for another region'
            : 'at the source',
      ],
      ['source', source],
      ['note', price.note ?? ''],
    ]),
    compared.scene.prices.notice,
  ),
];

function costRow(cost: BackendCost, compared: ComparedCosts): Cell[] {
  const { backend, idleUsdPerMonth, usdPerRequest, usdPerMillion, usdPerMonth } = cost;
  return [
    ['backend', backend],
    ['idle $ per month', dollars(idleUsdPerMonth)],
    ['$ per request', usdPerRequest === undefined ? '-' : usdPerRequest.toPrecision(3)],
    ['$ per million', usdPerMillion === undefined ? '-' : dollars(usdPerMillion)],
    ['$ per month', dollars(usdPerMonth)],
    ['figures', basisOf(cost, compared)],
  ];
}

const lineRows = ({ backend, lines }: BackendCost): Cell[][] =>
  lines.map(({ name, quantity, unit, unitPriceUsd, usd }) => [
    ['backend', backend],
    ['line', name],
    ['quantity', amount(quantity)],
    ['unit', unit],
    ['USD per unit', String(Number(unitPriceUsd.toPrecision(6)))],
    ['USD', usd.toFixed(4)],
  ]);

const dollars = (usd: number): string =>
  usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
