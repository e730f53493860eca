import type { SelftestOptions, SelftestReport } from './selftest.ts';

export type { AccuracyRow } from './accuracy.ts';
export type * from './selftest.ts';

/**
 * Proves the instrument: the load generator against a server of known behaviour, and the intervals against processes
 * whose statistics are known. Loaded when it is called: its threads' program is of no use to anything else.
 * @throws CANCELLED
 */
export const runSelftest = async (options: SelftestOptions = {}): Promise<SelftestReport> =>
  (await import('./selftest.ts')).runSelftest(options);
