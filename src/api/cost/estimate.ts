import { SragError } from '../../core/index.ts';
import { type PriceTable, priceNamed } from './price-table.ts';
import { type Quantity, quantitiesOf } from './quantities.ts';
import type { RequestUse } from './request-use.ts';

/** One billed item. `usd` is `quantity * unitPriceUsd` in floating-point arithmetic. */
export interface CostLine {
  /** For example `lambda.compute.retrieve`; the part before the first dot is one of `COST_KINDS`. */
  readonly name: string;
  readonly quantity: number;
  readonly unit: string;
  readonly unitPriceUsd: number;
  readonly usd: number;
}

/** A cost: `totalUsd` is the sum of the lines' `usd`, added in the order of the lines. */
export interface Cost {
  readonly totalUsd: number;
  readonly lines: readonly CostLine[];
  /** Id of the price table. */
  readonly priceTable: string;
  /** Names of billed lines without a price in the table; the total excludes them. Absent if none. */
  readonly unpriced?: readonly string[];
}

/** Kinds of lines. */
export const COST_KINDS = [
  'lambda',
  'gateway',
  'state-machine',
  'storage',
  'embedding',
  'generation',
  'rerank',
  'logs',
  'cache',
  'queue',
  'parameters',
  'traces',
] as const;
export type CostKind = (typeof COST_KINDS)[number];

/**
 * The cost of a request. Quantities are rounded as AWS rounds them (to milliseconds, 100 ms or 64 MB). Free
 * tiers are ignored.
 * @throws INVALID_ARGUMENT for a quantity that is negative, not a number or too large to multiply.
 */
export const estimateCost = (use: RequestUse, prices: PriceTable): Cost =>
  costOf(quantitiesOf(use, prices), prices);

/** A request's cost in USD, by kind of cost line. A kind without lines is absent. */
export function usdByKind(cost: Cost): Partial<Readonly<Record<CostKind, number>>> {
  const sums: Partial<Record<CostKind, number>> = {};
  for (const { name, usd } of cost.lines) {
    const kind = name.split('.', 1)[0] as CostKind;
    sums[kind] = (sums[kind] ?? 0) + usd;
  }
  return sums;
}

/** Prices the quantities. Quantities with the same line and price are summed; zero quantities are omitted. */
export function costOf(quantities: readonly Quantity[], prices: PriceTable): Cost {
  const sums = new Map<string, Quantity>();
  const unpriced = new Set<string>();
  for (const one of quantities) {
    if (one.quantity === 0) continue;
    if (one.price === undefined) {
      unpriced.add(one.line);
      continue;
    }
    const key = `${one.line} ${one.price}`;
    const before = sums.get(key)?.quantity ?? 0;
    sums.set(key, { ...one, quantity: before + one.quantity });
  }
  const lines: CostLine[] = [];
  let totalUsd = 0;
  for (const { line: name, price: priceName = '', quantity } of sums.values()) {
    const price = priceNamed(prices, priceName);
    if (price === undefined) {
      unpriced.add(name);
      continue;
    }
    const unitPriceUsd = price.usd / price.per;
    const usd = quantity * unitPriceUsd;
    totalUsd += usd;
    if (!Number.isFinite(totalUsd)) throw tooLarge(name, quantity);
    lines.push({ name, quantity, unit: price.unit, unitPriceUsd, usd });
  }
  return {
    totalUsd,
    lines,
    priceTable: prices.id,
    unpriced: unpriced.size === 0 ? undefined : [...unpriced],
  };
}

const tooLarge = (name: string, quantity: number): SragError =>
  new SragError('INVALID_ARGUMENT', `The quantity ${quantity} of ${name} is too large to be priced.`, {
    remedy: 'Check the quantities: no AWS bill is that large.',
    fields: { field: name, value: String(quantity) },
  });
