import { parentPort, workerData } from 'node:worker_threads';
import { HttpProblem } from '../../../src/api/http/problem.ts';
import { SragError } from '../../../src/core/index.ts';
import { HOSTILE_RUNS } from './hostile-runs.ts';
import type { Growth, GrowthTask } from './measure.ts';
import { PATH_FUNCTIONS } from './path-functions.ts';

/** Ten times the input may take at most fifteen times as long. */
const MOST_GROWTH = 15;
/**
 * Minimum processor time to compare, because garbage collection and compilation dominate shorter times. A
 * quadratic function takes longer than this on 100,000 characters.
 */
const FLOOR_MS = 250;
const REPETITIONS = 3;
const CLOCK_MS = 30;
const MOST_RUNS = 100;

const { name, sizes, runs = Object.keys(HOSTILE_RUNS) } = workerData as GrowthTask;
const prepare = PATH_FUNCTIONS[name]!;

/** Processor time of this thread in milliseconds, which excludes other work on the machine. */
const processorMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

async function costMs(text: string): Promise<number> {
  const run = prepare(text);
  const startMs = processorMs();
  try {
    await run();
  } catch (error) {
    // Refusing an input because of a limit is a correct result.
    const isRefusal = error instanceof SragError ? error.code !== 'INTERNAL' : error instanceof HttpProblem;
    if (!isRefusal) throw error;
  }
  return processorMs() - startMs;
}

/** Returns the lowest of several averages; each is over enough runs for a clock with steps of 10 ms. */
async function leastMs(text: string, repetitions: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    let totalMs = 0;
    let runs = 0;
    for (; totalMs < CLOCK_MS && runs < MOST_RUNS; runs++) totalMs += await costMs(text);
    least = Math.min(least, totalMs / runs);
  }
  return least;
}

async function growthOf(run: string): Promise<Growth> {
  const make = HOSTILE_RUNS[run]!;
  const textOf = (size: number): string =>
    `The hotel costs 140 euros. ${make(size)}x and the taxi costs 20 euros.`;
  let worst: Growth = { run, ratio: 0, smallMs: 0, largeMs: 0, size: sizes[0]! };
  for (const [index, size] of sizes.entries()) {
    if (index === 0) continue;
    let largeMs = await costMs(textOf(size));
    if (largeMs < FLOOR_MS) continue;
    const smallMs = await leastMs(textOf(sizes[index - 1]!), REPETITIONS);
    for (let again = 0; again < REPETITIONS && largeMs > smallMs * MOST_GROWTH; again++)
      largeMs = Math.min(largeMs, await costMs(textOf(size)));
    const ratio = largeMs / smallMs;
    if (largeMs >= FLOOR_MS && ratio > worst.ratio) worst = { run, ratio, smallMs, largeMs, size };
    if (worst.ratio > MOST_GROWTH) break;
  }
  return worst;
}

for (const run of runs) {
  parentPort!.postMessage({ begins: run });
  parentPort!.postMessage(await growthOf(run));
}
