import {
  arrivalsOf,
  type GeneratorHealth,
  httpSender,
  type LoadPlan,
  type LoadSample,
  PreciseClock,
  quantile,
  runBlock,
} from '../../src/measure/index.ts';
import { serveProcess } from '../serve/serve-process.ts';
import { machineProcessorMs, ownProcessorMs } from './processor-time.ts';

/** Measurements of a laptop cloud under a plan. */
export interface Measured {
  readonly arrivals: number;
  readonly answered: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly throttledShare: number;
  /** Of answered requests. */
  readonly coldShare: number;
  readonly otherShare: number;
  /** Number of processors used by other programs during the run; 0 on an idle machine. */
  readonly foreignCores: number;
  /** Number of processors used by the laptop cloud and its client. */
  readonly ownCores: number;
  readonly generator: GeneratorHealth;
  /** Latencies of answered requests, warm and cold, in tenths of a millisecond. */
  readonly warmTenths: readonly number[];
  readonly coldTenths: readonly number[];
}

/** Runs a plan against a fresh laptop cloud. */
export async function runPlan(
  words: readonly string[],
  plan: LoadPlan,
  seed: number,
  bodyOf: (number: number) => string,
): Promise<Measured> {
  const serving = await serveProcess([...words, '--logs']);
  const sender = httpSender({ url: serving.url, route: 'retrieve', bodyOf });
  const clock = await PreciseClock.start();
  const arrivals = arrivalsOf(plan, { seed });
  const samples: LoadSample[] = [];
  const beforeMs = [performance.now(), machineProcessorMs(), ownProcessorMs(serving.child.pid!)] as const;
  const { generator } = await runBlock({
    arrivals,
    questions: Int32Array.from(arrivals, (_, index) => index + 100_000 * seed),
    send: sender.send,
    timeoutMs: 35_000,
    maxInFlight: 10_000,
    clock,
    onSample: (sample) => samples.push(sample),
  });
  const tookMs = performance.now() - beforeMs[0];
  const ownMs = ownProcessorMs(serving.child.pid!) - beforeMs[2];
  const machineMs = machineProcessorMs() - beforeMs[1];
  sender.close();
  await clock.close();
  await serving.stop();
  const answered = samples.filter(({ outcome }) => outcome === 'ok');
  const latencies = answered.map(({ endedMs, intendedMs }) => endedMs - intendedMs);
  const tenthsOf = (population: LoadSample['population']): number[] =>
    answered.flatMap((sample, index) =>
      sample.population === population ? [Math.round(latencies[index]! * 10)] : [],
    );
  const throttled = samples.filter(({ outcome }) => outcome === 'throttled').length;
  return {
    arrivals: samples.length,
    answered: answered.length,
    p50Ms: quantile(latencies, 0.5),
    p95Ms: quantile(latencies, 0.95),
    throttledShare: throttled / samples.length,
    coldShare: answered.filter(({ population }) => population === 'cold').length / answered.length,
    otherShare: 1 - (answered.length + throttled) / samples.length,
    foreignCores: Math.max(0, machineMs - ownMs) / tookMs,
    ownCores: ownMs / tookMs,
    generator,
    warmTenths: tenthsOf('warm'),
    coldTenths: tenthsOf('cold'),
  };
}
