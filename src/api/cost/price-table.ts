import { SragError, unknownName } from '../../core/index.ts';

/** A list price as published at its source. */
export interface Price {
  readonly usd: number;
  /** Number of units that `usd` pays for. */
  readonly per: number;
  readonly unit: string;
  /** URL of the page that lists it. */
  readonly source: string;
  /** Month in which the price was read from its source, `2025-06`. */
  readonly notedOn: string;
  /** True if the price is that of another region. */
  readonly assumed?: boolean;
  /** True if the price was not read at its source but in a copy, which `note` names. */
  readonly unverified?: boolean;
  readonly note?: string;
}

/** Prices of one region on one day. Prices change: check them at their source before relying on them. */
export interface PriceTable {
  /** For example `2026-11-24-us-east-1`; with `+overrides` if some prices were overridden. */
  readonly id: string;
  readonly region: string;
  readonly writtenOn: string;
  /** Notes for readers, as sentences. */
  readonly notice: string;
  readonly prices: Readonly<Record<string, Price>>;
}

/** A price file: a complete table, or only the differences from the table of another region. */
interface PriceFile extends PriceTable {
  /** The region whose prices apply to the names that this file does not list. */
  readonly basedOn?: string;
  /** Names of prices that are known to be the same in this region as in the region `basedOn`. */
  readonly sameThere?: readonly string[];
}

const TABLES: Readonly<Record<string, () => Promise<{ readonly default: PriceFile }>>> = {
  'us-east-1': () => import('./prices/2026-11-24-us-east-1.json', { with: { type: 'json' } }),
  'ap-northeast-2': () => import('./prices/2026-11-24-ap-northeast-2.json', { with: { type: 'json' } }),
  'eu-west-1': () => import('./prices/2026-11-29-eu-west-1.json', { with: { type: 'json' } }),
};

/** Regions with a price table. */
export const PRICE_REGIONS: readonly string[] = Object.keys(TABLES);

/** The prices of a region. @throws INVALID_ARGUMENT for a region without a price table */
export async function loadPrices(region: string): Promise<PriceTable> {
  const load = Object.hasOwn(TABLES, region) ? TABLES[region] : undefined;
  if (load === undefined) {
    throw new SragError('INVALID_ARGUMENT', `There is no price table for region '${region}'.`, {
      remedy: `Use ${PRICE_REGIONS.join(', ')}, or pass your own price file.`,
      fields: { field: 'region', value: region, allowed: PRICE_REGIONS },
    });
  }
  const { basedOn, sameThere = [], ...table } = (await load()).default;
  if (basedOn === undefined) return table;
  const prices = Object.entries((await loadPrices(basedOn)).prices).map(([name, price]) => [
    name,
    table.prices[name] ?? (sameThere.includes(name) ? price : { ...price, assumed: true }),
  ]);
  return { ...table, prices: Object.fromEntries(prices) };
}

/** Prices that can be added for models that the table does not list, in USD per token or query. */
const MODEL_PRICE = /^model\..+\.(input-tokens|output-tokens|queries)$/;

/**
 * Replaces unit prices of a table. The keys of `overrides` are the dotted names in cost lines; its values are
 * USD for one unit.
 * @throws UNKNOWN_PRICE with the nearest name, INVALID_ARGUMENT for an invalid price.
 */
export function overridePrices(table: PriceTable, overrides: Readonly<Record<string, number>>): PriceTable {
  const entries = Object.entries(overrides);
  if (entries.length === 0) return table;
  const prices: Record<string, Price> = { ...table.prices };
  for (const [name, usd] of entries) {
    checkUsd(name, usd);
    const listed = priceNamed(table, name);
    if (listed === undefined && !MODEL_PRICE.test(name))
      throw unknownName('UNKNOWN_PRICE', 'price', name, Object.keys(table.prices));
    const unit = listed?.unit ?? (name.endsWith('queries') ? 'query' : 'token');
    prices[name] = { usd, per: 1, unit, source: 'override', notedOn: table.writtenOn };
  }
  const id = table.id.endsWith('+overrides') ? table.id : `${table.id}+overrides`;
  return { ...table, id, prices };
}

/** A price by its full name; undefined if the table does not list it. */
export const priceNamed = (table: PriceTable, name: string): Price | undefined =>
  Object.hasOwn(table.prices, name) ? table.prices[name] : undefined;

function checkUsd(name: string, usd: unknown): void {
  if (typeof usd === 'number' && Number.isFinite(usd) && usd >= 0) return;
  throw new SragError(
    'INVALID_ARGUMENT',
    `The price '${name}' is ${typeof usd === 'number' ? usd : JSON.stringify(usd)}.`,
    {
      remedy: 'Use a number >= 0, in USD for one unit.',
      fields: { field: name, value: String(usd) },
    },
  );
}

/**
 * Reads a price file: a complete table in srag's format, or `{name: USD}` that overrides `base`.
 * @throws INVALID_ARGUMENT, UNKNOWN_PRICE
 */
export function readPriceFile(value: unknown, base: PriceTable): PriceTable {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badFile('it is not a JSON object');
  if (!('prices' in value)) return overridePrices(base, value as Record<string, number>);
  const { id, region, writtenOn, notice, prices } = value as Partial<PriceTable>;
  if (typeof prices !== 'object' || prices === null) throw badFile("'prices' is not an object");
  for (const [name, price] of Object.entries(prices)) {
    const { usd, per, unit, source, notedOn } = price ?? {};
    if (!(typeof per === 'number' && Number.isFinite(per) && per > 0))
      throw badFile(`'${name}.per' is ${per}`);
    checkUsd(name, usd);
    for (const [key, text] of Object.entries({ unit, source, notedOn }))
      if (typeof text !== 'string' || text === '') throw badFile(`'${name}.${key}' is missing`);
  }
  for (const [key, text] of Object.entries({ id, region, writtenOn }))
    if (typeof text !== 'string' || text === '') throw badFile(`'${key}' is missing`);
  return { ...(value as PriceTable), notice: notice ?? '' };
}

const badFile = (problem: string): SragError =>
  new SragError('INVALID_ARGUMENT', `This is not a price file: ${problem}.`, {
    remedy: 'Use {name: USD for one unit}, or a table in the format of srag cost --list --json.',
    fields: { field: 'prices' },
  });
