import { type Random, seededRandom } from '../../core/index.ts';
import type { Fleet } from './engine/fleet.ts';
import type { FleetLimits } from './limits/limits.ts';
import { type ServiceSample, ServiceTimes } from './service/service-times.ts';

/** A function of the route with its measured samples. */
export interface ScenarioFunction {
  readonly name: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** Invocations in the order of measurement, without contention. */
  readonly warm: readonly ServiceSample[];
  readonly cold: readonly ServiceSample[];
  /**
   * Samples of young environments, in groups: the first invocation after the cold start, the next 2, the next
   * 4 and so on.
   */
  readonly young?: readonly (readonly ServiceSample[])[] | undefined;
  /** Reserved concurrency; undefined for a share of the account's concurrency. */
  readonly reservedConcurrency?: number | undefined;
  /** Number of provisioned environments. */
  readonly provisioned?: number | undefined;
  /** Processor time of an invocation if processors are shared. */
  readonly warmCpuMs?: number | undefined;
  readonly coldCpuMs?: number | undefined;
}

/** A cost line outside the functions: mean quantity per request, as replies reported it, and unit price. */
export interface RequestLine {
  readonly name: string;
  readonly quantity: number;
  readonly unitPriceUsd: number;
}

/** Input of a simulation, except the load. */
export interface Scenario {
  readonly variant: string;
  readonly route: 'retrieve' | 'query';
  readonly functions: readonly ScenarioFunction[];
  readonly limits: FleetLimits;
  readonly architecture: 'x86_64' | 'arm64';
  readonly gateway: 'rest' | 'http' | 'none';
  /** Median time of a request outside its environments. */
  readonly overheadMs: number;
  readonly creationMs: number;
  /** The processors that all environments share, as on a laptop. If omitted, each environment has its own. */
  readonly processor?: { readonly cores: number; readonly throttledCpuMs: number } | undefined;
  readonly warmLines: readonly RequestLine[];
  readonly coldLines: readonly RequestLine[];
}

/** How the state machine retries a throttled step (`Retry` of its definition): three attempts, full jitter. */
export const STEP_RETRY = { attempts: 3, pausesMs: [1_000, 2_000] } as const;

/**
 * Creates the fleet of a scenario with its own sources of service times. `resample` first resamples the measured
 * samples, which simulates another measurement.
 */
export function fleetOf(scenario: Scenario, seed: number, resample: boolean): Fleet {
  const random = seededRandom(seed);
  const { limits } = scenario;
  const scaling = {
    burst: limits.scalingEnvironments,
    perSecond: (limits.scalingEnvironments / limits.scalingPeriodMs) * 1_000,
  };
  return {
    functions: scenario.functions.map((of) => ({
      name: of.name,
      warm: timesOf(of.warm, random, resample),
      cold: timesOf(of.cold, random, resample),
      young: (of.young ?? []).map((samples) => timesOf(samples, random, resample)),
      isReserved: of.reservedConcurrency !== undefined,
      timeoutMs: of.timeoutMs,
      warmCpuMs: of.warmCpuMs ?? 0,
      coldCpuMs: of.coldCpuMs ?? 0,
      pool: {
        concurrency: of.reservedConcurrency ?? limits.accountConcurrency,
        provisioned: of.provisioned ?? 0,
        scaling,
        requestsPerSecondPerEnvironment: limits.requestsPerSecondPerEnvironment,
        idleMs: limits.idleMs,
        lifetimeMs: limits.lifetimeMs,
      },
    })),
    gateway: {
      perSecond: limits.gatewayPerSecond,
      burst: limits.gatewayBurst,
      timeoutMs: limits.gatewayTimeoutMs,
    },
    accountConcurrency: limits.accountConcurrency,
    retry: STEP_RETRY,
    overheadMs: scenario.overheadMs,
    creationMs: scenario.creationMs,
    processor: scenario.processor,
  };
}

function timesOf(samples: readonly ServiceSample[], random: Random, resample: boolean): ServiceTimes {
  const times = new ServiceTimes(samples, random);
  return resample ? new ServiceTimes(times.resampled(random), random, times.blockLength) : times;
}
