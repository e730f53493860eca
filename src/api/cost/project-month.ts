import { SragError } from '../../core/index.ts';
import { type Cost, costOf } from './estimate.ts';
import type { PriceTable } from './price-table.ts';
import { GIGABYTE, type Quantity, quantitiesOf } from './quantities.ts';
import { amount, type FunctionUse, type RequestUse } from './request-use.ts';

/** Hours in a month, as in the AWS Pricing Calculator. */
export const MONTH_HOURS = 730;

/** A month of a deployment. */
export interface MonthPlan {
  readonly requestsPerMonth: number;
  /** Share of requests that the query cache answers, 0 to 1. */
  readonly cacheHitRate: number;
  /** Share of the remaining requests that incur a cold start, 0 to 1. */
  readonly coldShare: number;
  /** Usage of a request in a warm environment. */
  readonly warm: RequestUse;
  /** Usage of a request that incurs a cold start. */
  readonly cold: RequestUse;
  /** Usage of a request that the query cache answers; required if `cacheHitRate` is above 0. */
  readonly cached?: RequestUse | undefined;
  /** Stored data, for the whole month. */
  readonly atRest?: {
    /** Corpus and indexes in S3. */
    readonly storageBytes?: number;
    /** Answers in the query cache. */
    readonly cacheBytes?: number;
    readonly cacheKind?: 'dynamodb' | 's3';
    /** Retained logs. */
    readonly logBytes?: number;
  };
  /** The schedule that keeps environments warm. */
  readonly warmup?: {
    readonly everyMinutes: number;
    /** Usage of one scheduled call: the warm-up function and the environments that it warms. */
    readonly use: RequestUse;
  };
  /** Provisioned concurrency, which is billed even while it is idle. */
  readonly provisioned?: Pick<FunctionUse, 'name' | 'memoryMb' | 'architecture'> & {
    readonly concurrency: number;
    /** Default: all hours of the month. */
    readonly hours?: number;
  };
  /** Other usage, summed over all requests of the month, such as firewall checks and calls to KMS. */
  readonly used?: readonly { readonly price: string; readonly quantity: number }[];
  /** Usage of the month's updates of the corpus: its models, and other priced quantities. */
  readonly updates?: {
    readonly use: RequestUse;
    readonly priced: readonly { readonly price: string; readonly quantity: number }[];
  };
  /** Other items with a monthly price: custom metrics, alarms, a web ACL, keys. */
  readonly fixed?: readonly { readonly price: string; readonly quantity: number }[];
}

/**
 * The cost of a month. The lines of requests come first, then those of stored data and idle resources.
 * @throws INVALID_ARGUMENT for shares outside 0 to 1, and the errors of `estimateCost`.
 */
export const projectMonth = (plan: MonthPlan, prices: PriceTable): Cost =>
  costOf(monthQuantities(plan, prices), prices);

/**
 * All billed quantities of a month, each with the name of its price.
 * @throws the errors of `projectMonth`
 */
export function monthQuantities(plan: MonthPlan, prices: PriceTable): readonly Quantity[] {
  const requests = amount(plan.requestsPerMonth, 'requestsPerMonth');
  const hitRate = share(plan.cacheHitRate, 'cacheHitRate');
  const coldShare = share(plan.coldShare, 'coldShare');
  if (hitRate > 0 && plan.cached === undefined) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `cacheHitRate is ${hitRate}, but the usage of a cached answer is missing.`,
      {
        remedy: "Set 'cached'.",
        fields: { field: 'cached' },
      },
    );
  }
  const missed = requests * (1 - hitRate);
  return [
    ...times(quantitiesOf(plan.warm, prices), missed * (1 - coldShare)),
    ...times(quantitiesOf(plan.cold, prices), missed * coldShare),
    ...times(quantitiesOf(plan.cached ?? {}, prices), requests * hitRate),
    ...warmupQuantities(plan.warmup, prices),
    ...restQuantities(plan),
    ...provisionedQuantities(plan.provisioned),
    ...named('used', plan.used),
    ...updateQuantities(plan.updates, prices),
    ...named('fixed', plan.fixed),
  ];
}

const named = (kind: 'used' | 'updates' | 'fixed', list: MonthPlan['fixed'] = []): Quantity[] =>
  list.map(({ price, quantity }) => {
    const line = `${kind}.${price}`;
    return { line, price, quantity: amount(quantity, line) };
  });

const times = (quantities: readonly Quantity[], count: number): Quantity[] =>
  quantities.map((one) => ({ ...one, quantity: one.quantity * count }));

function share(value: number, field: string): number {
  if (amount(value, field) <= 1) return value;
  throw new SragError('INVALID_ARGUMENT', `${field} is ${value}.`, {
    remedy: 'Use a share from 0 to 1, for example 0.2 for 20 %.',
    fields: { field, value },
  });
}

const updateQuantities = (updates: MonthPlan['updates'], prices: PriceTable): Quantity[] =>
  updates === undefined
    ? []
    : [
        ...quantitiesOf(updates.use, prices).map((one) => ({ ...one, line: `updates.${one.line}` })),
        ...named('updates', updates.priced),
      ];

function warmupQuantities(warmup: MonthPlan['warmup'], prices: PriceTable): Quantity[] {
  if (warmup === undefined) return [];
  const everyMinutes = amount(warmup.everyMinutes, 'warmup.everyMinutes');
  if (everyMinutes === 0) {
    throw new SragError('INVALID_ARGUMENT', 'warmup.everyMinutes is 0.', {
      remedy: 'Use a number greater than 0, or omit warmup.',
      fields: { field: 'warmup.everyMinutes', value: 0 },
    });
  }
  const calls = (MONTH_HOURS * 60) / everyMinutes;
  return [
    { line: 'warmup.schedule', price: 'eventbridge.schedules', quantity: calls },
    ...times(quantitiesOf(warmup.use, prices), calls).map((one) => ({ ...one, line: `warmup.${one.line}` })),
  ];
}

function restQuantities({ atRest = {} }: MonthPlan): Quantity[] {
  const gigabytes = (bytes: number | undefined, field: string) =>
    amount(bytes ?? 0, `atRest.${field}`) / GIGABYTE;
  const { storageBytes, cacheBytes, cacheKind = 'dynamodb', logBytes } = atRest;
  return [
    { line: 'rest.storage', price: 's3.storage', quantity: gigabytes(storageBytes, 'storageBytes') },
    { line: 'rest.cache', price: `${cacheKind}.storage`, quantity: gigabytes(cacheBytes, 'cacheBytes') },
    { line: 'rest.logs', price: 'logs.storage', quantity: gigabytes(logBytes, 'logBytes') },
  ];
}

function provisionedQuantities(provisioned: MonthPlan['provisioned']): Quantity[] {
  if (provisioned === undefined) return [];
  const { name, architecture, hours = MONTH_HOURS } = provisioned;
  const seconds = amount(hours, 'provisioned.hours') * 3_600;
  const memoryMb = amount(provisioned.memoryMb, 'provisioned.memoryMb');
  const concurrency = amount(provisioned.concurrency, 'provisioned.concurrency');
  return [
    {
      line: `provisioned.${name}`,
      price: `lambda.${architecture}.provisioned-concurrency`,
      quantity: (memoryMb / 1_024) * concurrency * seconds,
    },
  ];
}
