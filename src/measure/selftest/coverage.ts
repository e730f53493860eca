import { Column } from '../statistics/column.ts';
import { StopRule } from '../statistics/stop-rule.ts';
import { KNOWN_PROCESSES } from './processes.ts';

/** Statistics whose intervals are tested. */
export const COVERED = ['mean', 'p95', 'p99'] as const;

/** Counts over simulated runs. */
export interface CoverageCount {
  readonly process: number;
  readonly statistic: (typeof COVERED)[number];
  readonly runs: number;
  /** Number of runs whose interval contains the true value. */
  readonly covered: number;
  readonly converged: number;
  readonly samples: number;
}

const RELATIVE_WIDTH = 0.1;
const MAX_SAMPLES = 1_000_000;
/** Samples per block of a simulated run: about as many as in a real one. */
const BLOCK = 50;

/** Simulates runs `first` to `first + runs - 1` of one process, each until the stop rule ends it. */
export function countCoverage(
  process: number,
  statistic: CoverageCount['statistic'],
  first: number,
  runs: number,
): CoverageCount {
  const { source, truth } = KNOWN_PROCESSES[process]!;
  let [covered, converged, samples] = [0, 0, 0];
  for (let run = first; run < first + runs; run++) {
    // Adjacent seeds start with similar random numbers, so the seeds used are far apart.
    const { state, interval, n } = simulateRun(source(run * 7_919 + 13), statistic);
    samples += n;
    if (state === 'converged') converged++;
    if (interval.low <= truth[statistic] && truth[statistic] <= interval.high) covered++;
  }
  return { process, statistic, runs, covered, converged, samples };
}

/** Simulates one run like `bench run`: block by block, with warm-up detection and the stop rule. */
function simulateRun(next: () => number, statistic: CoverageCount['statistic']) {
  const rule = new StopRule({
    statistics: [statistic],
    relativeWidth: RELATIVE_WIDTH,
    maxSamples: MAX_SAMPLES,
  });
  const series = Column.numbers();
  for (;;) {
    for (let index = 0; index < BLOCK; index++) series.add(next());
    const { state, intervals } = rule.check(series.length, series.length, () => series.values());
    if (state !== 'continue') return { state, interval: intervals[0]!, n: series.length };
  }
}
