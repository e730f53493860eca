import type { BackendFigures, BackendName, Workload } from '../../../../../src/measure/cost/index.ts';

/**
 * Months computed by hand with the prices of us-east-1. A month has 730 hours = 2,628,000 s and 730 / 24 =
 * 30.416667 days; GB = 2^30 bytes and TB = 2^40 bytes. Amounts are USD, rounded to four decimals.
 */
export interface Sheet {
  readonly name: string;
  readonly backend: BackendName;
  readonly workload: Partial<Workload>;
  readonly figures: Partial<BackendFigures>;
  readonly lines: Readonly<Record<string, string>>;
  readonly totals: { readonly idle: string; readonly month: string; readonly million: string | undefined };
}

/** A function without cold starts and storage requests. */
export const LEAN: BackendFigures = {
  warmMs: 10,
  coldMs: 300,
  initMs: 200,
  coldShare: 0,
  memoryMb: 512,
  warmReads: 0,
  coldReads: 20,
  bytesRead: 0,
  indexBytes: 2 ** 30,
  buildMs: 60_000,
};
export const FUNCTIONS_ONLY = { onlyFunctions: true, metrics: 'none', warmupMinutes: 0 } as const;
/** A mean and a peak rate. */
export const rate = (requestsPerSecond: number, peakRequestsPerSecond = requestsPerSecond) => ({
  requestsPerSecond,
  peakRequestsPerSecond,
});
