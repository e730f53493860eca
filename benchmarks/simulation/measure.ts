import { setTimeout as delay } from 'node:timers/promises';
import {
  httpSender,
  PreciseClock,
  quantile,
  runBlock,
  type ServiceSample,
  seededRandom,
} from '../../src/measure/index.ts';
import { serveProcess } from '../serve/serve-process.ts';
import { ownProcessorMs } from './processor-time.ts';

/**
 * Number of groups of an environment's first 255 requests, in order: 1, 2-3, 4-7 and so on up to 128-255.
 */
const YOUNG_CLASSES = 8;
/** Requests per environment: LONG_AGE for each of the first LONG_CYCLES environments, then SHORT_AGE. */
const SHORT_AGE = 31;
const LONG_AGE = 2 ** YOUNG_CLASSES + 199;
const LONG_CYCLES = 5;
/** Pause that ends idle environments: longer than their limit of 1 s plus the check interval of 1 s. */
const IDLE_PAUSE_MS = 2_600;
/** Mean pause between two requests; environments under load also pause between requests. */
const THINK_MS = 60;
/** Time in which a new environment finishes its work after the first reply. */
const AFTER_COLD_MS = 300;
const REFUSED_PER_SECOND = 100;
const REFUSED_SECONDS = 4;

/** Service times of the laptop cloud without contention, and the processor time of a request on this machine. */
export interface MeasuredLaptop {
  readonly cold: readonly ServiceSample[];
  readonly young: readonly (readonly ServiceSample[])[];
  readonly warm: readonly ServiceSample[];
  /** Median time that a client waits in addition to the time in the environment. */
  readonly overheadMs: number;
  readonly warmCpuMs: number;
  readonly coldCpuMs: number;
  readonly throttledCpuMs: number;
}

interface Timed {
  readonly latencyMs: number;
  /** Index of the request; the reports of the environments are in the same order. */
  readonly number: number;
}

/** Measures one environment after the other, one request at a time. */
export async function measureLaptop(
  words: readonly string[],
  cycles: number,
  bodyOf: (number: number) => string,
  say: (line: string) => void,
): Promise<MeasuredLaptop> {
  const serving = await serveProcess([...words, '--concurrency', '1', '--idle', '1', '--logs']);
  const sender = httpSender({ url: serving.url, route: 'retrieve', bodyOf });
  const processorMs = (): number => ownProcessorMs(serving.child.pid!);
  const random = seededRandom(1);
  let number = 0;
  const ask = async (): Promise<Timed> => {
    const sentMs = performance.now();
    const reply = await sender.send(number, new AbortController().signal);
    const latencyMs = performance.now() - sentMs;
    if (reply.status !== 200)
      throw new Error(`A request without other load was answered with ${reply.status}.`);
    return { latencyMs, number: number++ };
  };
  const timed = {
    cold: [] as Timed[],
    young: Array.from({ length: YOUNG_CLASSES }, (): Timed[] => []),
    warm: [] as Timed[],
  };
  let coldCpuMs = 0;
  let warmCpuMs = 0;
  for (let cycle = 0; cycle < cycles; cycle++) {
    await delay(IDLE_PAUSE_MS);
    const beforeMs = processorMs();
    timed.cold.push(await ask());
    await delay(AFTER_COLD_MS);
    coldCpuMs += processorMs() - beforeMs;
    const lastAge = cycle < LONG_CYCLES ? LONG_AGE : SHORT_AGE;
    let beforeWarmMs = 0;
    for (let age = 1; age <= lastAge; age++) {
      if (age === 2 ** YOUNG_CLASSES) beforeWarmMs = processorMs();
      (timed.young[31 - Math.clz32(age)] ?? timed.warm).push(await ask());
      await delay(-THINK_MS * Math.log(1 - random()));
    }
    if (cycle < LONG_CYCLES) warmCpuMs += processorMs() - beforeWarmMs;
    say(`Measured ${cycle + 1} of ${cycles} environments`);
  }
  warmCpuMs /= timed.warm.length;
  const beforeMs = processorMs();
  const clock = await PreciseClock.start();
  const { outcomes } = await runBlock({
    arrivals: Float64Array.from(
      { length: REFUSED_PER_SECOND * REFUSED_SECONDS },
      (_, index) => (index * 1_000) / REFUSED_PER_SECOND,
    ),
    questions: new Int32Array(REFUSED_PER_SECOND * REFUSED_SECONDS),
    send: sender.send,
    timeoutMs: 30_000,
    maxInFlight: 1_000,
    clock,
    onSample: () => {},
  });
  await clock.close();
  const throttledCpuMs =
    (processorMs() - beforeMs - outcomes.ok * warmCpuMs) / Math.max(1, outcomes.throttled);
  sender.close();
  const reports = reportsOf((await serving.stop()).lines);
  const overheadMs = quantile(
    timed.warm.map(({ latencyMs, number }) => latencyMs - reports[number]!.durationMs),
    0.5,
  );
  const sampleOf = ({ latencyMs, number }: Timed): ServiceSample => {
    const { durationMs } = reports[number]!;
    // Time that is neither execution nor overhead is attributed to initialisation.
    return { initMs: Math.max(0, latencyMs - overheadMs - durationMs), runMs: durationMs, isError: false };
  };
  return {
    cold: timed.cold.map(sampleOf),
    young: timed.young.map((of) => of.map(warmOf)),
    warm: timed.warm.map(warmOf),
    overheadMs,
    warmCpuMs,
    coldCpuMs: coldCpuMs / cycles,
    throttledCpuMs: Math.max(0, throttledCpuMs),
  };

  function warmOf({ latencyMs }: Timed): ServiceSample {
    return { initMs: 0, runMs: Math.max(0, latencyMs - overheadMs), isError: false };
  }
}

/** Reports of the function's environments, in the order of their requests. */
function reportsOf(lines: readonly string[]): { readonly durationMs: number }[] {
  return lines
    .filter((line) => line.startsWith('retrieve-') && line.includes('REPORT RequestId'))
    .map((line) => ({ durationMs: Number(/\tDuration: ([\d.]+) ms/.exec(line)?.[1]) }));
}
