import { availableParallelism } from 'node:os';
import { throwIfAborted } from '../../core/index.ts';
import { type AccuracyRow, accuracyRows, disturbanceOf } from './accuracy.ts';
import { COVERED, type CoverageCount } from './coverage.ts';
import { KNOWN_PROCESSES } from './processes.ts';
import { SelftestThread } from './selftest-thread.ts';
import { type ServedResult, serveCases } from './serve-cases.ts';
import { type ServedCase, servedCases } from './served-cases.ts';

/** How the load generator performed in a case. */
export interface CaseReport {
  readonly case: string;
  readonly requests: number;
  /** Measured mean latency minus the true one: the time for connecting, sending and reading. */
  readonly overheadMs: number;
  readonly lateness: { readonly p50: number; readonly p99: number };
  readonly attempts: number;
  /** Set if the machine was too busy for an exact measurement during the last attempt. */
  readonly disturbance?: string | undefined;
}

/** Coverage: how often intervals of a known process contained the true value. */
export interface CoverageRow {
  readonly process: string;
  readonly statistic: CoverageCount['statistic'];
  readonly runs: number;
  readonly coverage: number;
  /** Range of coverage that passes, depending on the number of runs. */
  readonly allowed: readonly [low: number, high: number];
  readonly converged: number;
  readonly meanSamples: number;
  readonly passed: boolean;
}

/** Results of the selftest. */
export interface SelftestReport {
  readonly passed: boolean;
  readonly accuracy: readonly AccuracyRow[];
  readonly cases: readonly CaseReport[];
  readonly coverage: readonly CoverageRow[];
  readonly seconds: number;
}

/** Settings of the selftest. */
export interface SelftestOptions {
  /** If true, cases are shorter and only 200 runs are simulated instead of 1,000. */
  readonly quick?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (part: string, done: number, total: number) => void;
}

const MAX_ATTEMPTS = 4;
const FULL_RUNS = 1_000;
const QUICK_RUNS = 200;
const CHUNK = 25;

/** Implementation of `runSelftest` in ./index.ts. */
export async function runSelftest({
  quick = false,
  signal,
  onProgress,
}: SelftestOptions): Promise<SelftestReport> {
  const startMs = performance.now();
  const { accuracy, cases } = await checkAccuracy(servedCases(quick ? 5 : 12), signal, onProgress);
  const coverage = await checkCoverage(quick ? QUICK_RUNS : FULL_RUNS, signal, onProgress);
  return {
    passed: [...accuracy, ...coverage].every((row) => row.passed),
    accuracy,
    cases,
    coverage,
    seconds: (performance.now() - startMs) / 1_000,
  };
}

/** Repeats cases that failed while the machine was disturbed; other failures are final. */
async function checkAccuracy(
  all: readonly ServedCase[],
  signal: AbortSignal | undefined,
  onProgress: SelftestOptions['onProgress'],
): Promise<Pick<SelftestReport, 'accuracy' | 'cases'>> {
  const done = new Map<string, { readonly rows: AccuracyRow[]; readonly report: CaseReport }>();
  let open = all;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS && open.length > 0; attempt++) {
    const total = open.reduce((sum, { arrivals }) => sum + arrivals.length, 0);
    let ended = 0;
    const onRequest = (): void => onProgress?.(`Load, attempt ${attempt}`, ++ended, total);
    const results = await serveCases(open, { signal, onRequest });
    throwIfAborted(signal);
    for (const result of results)
      done.set(result.served.name, { rows: accuracyRows(result), report: reportOf(result, attempt) });
    open = open.filter(({ name }) => {
      const { rows, report } = done.get(name)!;
      return report.disturbance !== undefined && rows.some(({ passed }) => !passed);
    });
  }
  const found = all.map(({ name }) => done.get(name)!);
  return { accuracy: found.flatMap(({ rows }) => rows), cases: found.map(({ report }) => report) };
}

function reportOf(result: ServedResult, attempts: number): CaseReport {
  const { served, block } = result;
  const mean = accuracyRows(result).find(({ figure }) => figure === 'mean')!;
  const { p50, p99 } = block.generator.lateness;
  return {
    case: served.name,
    requests: block.requests,
    overheadMs: mean.measured - mean.truth,
    lateness: { p50, p99 },
    attempts,
    disturbance: disturbanceOf(result),
  };
}

async function checkCoverage(
  runs: number,
  signal: AbortSignal | undefined,
  onProgress: SelftestOptions['onProgress'],
): Promise<CoverageRow[]> {
  const pairs = KNOWN_PROCESSES.flatMap((_, process) => COVERED.map((statistic) => ({ process, statistic })));
  const chunks = pairs.flatMap((of) =>
    Array.from({ length: Math.ceil(runs / CHUNK) }, (_, chunk) => ({ ...of, first: chunk * CHUNK })),
  );
  const counts: CoverageCount[] = [];
  const queue = chunks.values();
  const threads = Array.from({ length: Math.min(availableParallelism(), 8) }, () => new SelftestThread());
  try {
    await Promise.all(
      threads.map(async (thread) => {
        for (const chunk of queue) {
          throwIfAborted(signal);
          const size = Math.min(CHUNK, runs - chunk.first);
          counts.push(await thread.ask<CoverageCount>({ do: 'cover', ...chunk, runs: size }));
          onProgress?.('Simulated runs', counts.length, chunks.length);
        }
      }),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
  return pairs.map(({ process, statistic }) =>
    coverageRow(counts.filter((count) => count.process === process && count.statistic === statistic)),
  );
}

function coverageRow(counts: readonly CoverageCount[]): CoverageRow {
  const sum = (of: (count: CoverageCount) => number): number =>
    counts.reduce((total, count) => total + of(count), 0);
  const { process, statistic } = counts[0]!;
  const runs = sum((count) => count.runs);
  const coverage = sum((count) => count.covered) / runs;
  const allowed = allowedCoverage(runs);
  return {
    process: KNOWN_PROCESSES[process]!.name,
    statistic,
    runs,
    coverage,
    allowed,
    converged: sum((count) => count.converged) / runs,
    meanSamples: sum((count) => count.samples) / runs,
    passed: coverage >= allowed[0] && coverage <= allowed[1],
  };
}

/** 93 % to 97 % for 1,000 runs; for fewer runs, the same number of standard errors around 95 %. */
function allowedCoverage(runs: number): readonly [number, number] {
  const margin = 0.02 * Math.sqrt(FULL_RUNS / runs);
  return [0.95 - margin, 0.95 + margin];
}
