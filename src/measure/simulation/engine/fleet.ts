import type { PoolOptions } from './environment-pool.ts';

/** A source of service times: `draw` sets the fields to those of the next invocation. */
export interface ServiceDraws {
  readonly initMs: number;
  readonly runMs: number;
  readonly isError: boolean;
  draw(): void;
}

/** A function of a route. */
export interface FleetFunction {
  readonly name: string;
  readonly warm: ServiceDraws;
  /**
   * Invocations of a young environment, whose caches are not full yet. The groups are the first invocation
   * after the cold start, the next 2, the next 4 and so on; later invocations are warm.
   */
  readonly young: readonly ServiceDraws[];
  readonly cold: ServiceDraws;
  readonly pool: PoolOptions;
  /** Whether it has reserved concurrency instead of a share of the account's. */
  readonly isReserved: boolean;
  /** Maximum run time, without the initialisation. */
  readonly timeoutMs: number;
  /** Processor time of an invocation if processors are shared; else 0. */
  readonly warmCpuMs: number;
  readonly coldCpuMs: number;
}

/** A gateway and the functions behind it. */
export interface Fleet {
  /** A single function, or one that waits while the others, such as a state machine's steps, run in turn. */
  readonly functions: readonly FleetFunction[];
  readonly gateway: { readonly perSecond: number; readonly burst: number; readonly timeoutMs: number };
  /** Maximum number of busy environments of functions without reserved concurrency. */
  readonly accountConcurrency: number;
  /** How a state machine retries a throttled step: after a random part of the pause (full jitter). */
  readonly retry: { readonly attempts: number; readonly pausesMs: readonly number[] };
  /** Time of a request outside the environments: gateway and network. */
  readonly overheadMs: number;
  /** Time to create an environment before its initialisation, which can be measured only on AWS. */
  readonly creationMs: number;
  /** Processors shared by all work; absent on AWS, where each environment has its own. */
  readonly processor?: { readonly cores: number; readonly throttledCpuMs: number } | undefined;
}
