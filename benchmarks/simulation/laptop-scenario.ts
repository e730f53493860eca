import { limitsOf, type Scenario } from '../../src/measure/index.ts';
import type { MeasuredLaptop } from './measure.ts';
import type { ValidationPlan } from './plans.ts';

const MEMORY_MB = 1_769;
/** Gateway limits above every load, so that only the function's concurrency limit refuses requests. */
export const GATEWAY = { rate: 10_000, burst: 10_000 };
/** Interval at which the laptop cloud checks for idle environments. */
const REAPER_MS = 1_000;

/** The simulation's input: service times, limits and processors, but no outcomes of the plans. */
export function laptopScenario(
  { warm, young, cold, warmCpuMs, coldCpuMs, overheadMs, throttledCpuMs }: MeasuredLaptop,
  { idleSeconds }: ValidationPlan,
  { concurrency, cores }: { readonly concurrency: number; readonly cores: number },
): Scenario {
  return {
    variant: 'laptop',
    route: 'retrieve',
    functions: [
      {
        name: 'retrieve',
        memoryMb: MEMORY_MB,
        timeoutMs: 15_000,
        reservedConcurrency: concurrency,
        ...{ warm, young, cold, warmCpuMs, coldCpuMs },
      },
    ],
    limits: {
      ...limitsOf('laptop'),
      gatewayPerSecond: GATEWAY.rate,
      gatewayBurst: GATEWAY.burst,
      idleMs: [idleSeconds * 1_000, idleSeconds * 1_000 + REAPER_MS],
    },
    architecture: 'x86_64',
    gateway: 'none',
    overheadMs,
    creationMs: 0,
    processor: { cores, throttledCpuMs },
    warmLines: [],
    coldLines: [],
  };
}
