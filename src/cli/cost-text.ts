import type { Cost, PriceTable } from '../api/cost/index.ts';
import type { CostAssumptions } from '../measure/cost/index.ts';
import { table } from './output.ts';
import { style } from './terminal.ts';

/** Cost lines that do not depend on the number of requests. */
const BY_THE_MONTH = /^(rest|warmup|provisioned|fixed)\./;

/** Prices that only `--backends` uses. */
const OF_OTHER_BACKENDS = /^(s3-vectors|opensearch|ec2|ebs)\./;

/** Splits a month's cost into requests and fixed charges. */
export function sumsOf({ lines }: Cost): { readonly requestsUsd: number; readonly monthlyUsd: number } {
  let requestsUsd = 0;
  let monthlyUsd = 0;
  for (const { name, usd } of lines) {
    if (BY_THE_MONTH.test(name)) monthlyUsd += usd;
    else requestsUsd += usd;
  }
  return { requestsUsd, monthlyUsd };
}

export interface CostReport {
  readonly cost: Cost;
  readonly assumptions: CostAssumptions;
  readonly prices: PriceTable;
  /** Total cost of the same month with each gateway. */
  readonly byGateway: Readonly<Record<'rest' | 'http' | 'none', number>>;
}

/** The month's cost as text. */
export function costText({ cost, assumptions, prices, byGateway }: CostReport): string {
  const what = assumptions.route === 'retrieve' ? 'retrievals' : 'questions';
  const { requestsUsd, monthlyUsd } = sumsOf(cost);
  const rows = cost.lines.map(({ name, quantity, unit, unitPriceUsd, usd }) => [
    name,
    digits(quantity),
    unit,
    digits(unitPriceUsd),
    usd.toFixed(4),
  ]);
  const months = Object.entries(prices.prices)
    .filter(([name]) => !OF_OTHER_BACKENDS.test(name))
    .map(([, { notedOn }]) => notedOn);
  const assumed =
    cost.lines.length > 0 && Object.values(prices.prices).some((price) => price.assumed === true);
  return [
    `A month of ${grouped(assumptions.requests)} ${what} in ${prices.region}:`,
    '',
    table(['line', 'quantity', 'unit', 'USD per unit', 'USD'], rows),
    '',
    `Requests ${usdOf(requestsUsd)}, monthly charges ${usdOf(monthlyUsd)}: ${style.bold(usdOf(cost.totalUsd))}`,
    `By gateway: REST API ${usdOf(byGateway.rest)}, HTTP API ${usdOf(byGateway.http)}, function URL ${usdOf(byGateway.none)}`,
    ...(cost.unpriced === undefined
      ? []
      : [`Without a price, and not included in the total: ${cost.unpriced.join(', ')}`]),
    '',
    `Assumed: ${assumptionsText(assumptions)}. --help lists the options that change these assumptions.`,
    `Prices: ${prices.id}, recorded ${months.reduce(least)} to ${months.reduce(most)}${assumed ? ', some of another region' : ''}; they change, so check them (--list has the sources). Free tiers are not included.`,
  ].join('\n');
}

const least = (one: string, other: string): string => (one < other ? one : other);
const most = (one: string, other: string): string => (one > other ? one : other);
const usdOf = (usd: number): string => `$${usd.toFixed(2)}`;
const grouped = (count: number): string => count.toLocaleString('en-US', { maximumFractionDigits: 0 });

/** Six significant digits, without an exponent. */
function digits(value: number): string {
  if (value === 0) return '0';
  const decimals = Math.max(0, 5 - Math.floor(Math.log10(value)));
  const text = value.toFixed(Math.min(decimals, 20));
  return text.includes('.') ? text.replace(/(?<!0)0+$/, '').replace(/\.$/, '') : text;
}

const assumptionsText = (a: CostAssumptions): string =>
  [
    `${a.architecture}, ${a.memoryMb} MB`,
    `${a.warmMs} ms per warm retrieval`,
    `${a.coldShare * 100} % cold starts, each with ${a.initMs} ms of initialisation, ${a.coldMs} ms of retrieval and ${a.coldReads} reads`,
    `${grouped(a.answerBytes)} bytes per answer`,
    a.cacheHitRate > 0 ? `${a.cacheHitRate * 100} % from the cache (${a.cache})` : 'no cache',
    `embedding ${a.embedding}`,
    ...(a.route === 'query' ? [`generation ${a.generation}, ${a.generateMs} ms`] : []),
    `metrics ${a.metrics}`,
    a.onlyFunctions ? 'functions only' : `a deployment, ${grouped(a.documents)} documents ingested`,
    `${a.storedGb} GB stored`,
  ].join('; ');

/** The price list as text. */
export function pricesText({ prices, notice, id }: PriceTable): string {
  const rows = Object.entries(prices).map(([name, price]) => [
    name,
    String(price.usd),
    `${price.per === 1 ? '' : `${grouped(price.per)} `}${price.unit}`,
    `${price.notedOn}${price.assumed === true ? ' assumed' : ''}${price.unverified === true ? ' unverified' : ''}`,
    price.source,
  ]);
  return `${id}\n\n${table(['price', 'USD', 'for', 'recorded', 'source'], rows)}\n\n${notice}`;
}
