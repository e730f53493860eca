import type { SelftestOptions, SelftestReport } from './selftest.ts';

export type { AccuracyRow } from './accuracy.ts';
export type * from './selftest.ts';

/**
 * Validates the load generator against a server of known behaviour, and the intervals against processes with
 * known statistics. Imported lazily, because only the selftest needs its worker.
 * @throws CANCELLED
 */
export const runSelftest = async (options: SelftestOptions = {}): Promise<SelftestReport> =>
  (await import('./selftest.ts')).runSelftest(options);
