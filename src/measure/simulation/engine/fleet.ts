import type { PoolOptions } from './environment-pool.ts';

/** A source of service times: `draw` gives the next invocation's. */
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
   * Invocations of a young environment, whose caches still fill: the first after the cold start, the next 2, the next 4
   * and so on; later ones are warm.
   */
  readonly young: readonly ServiceDraws[];
  readonly cold: ServiceDraws;
  readonly pool: PoolOptions;
  /** Whether its concurrency is its own, and not a share of the account's. */
  readonly isReserved: boolean;
  /** Longest run; the start is not part of it. */
  readonly timeoutMs: number;
  /** Processor time of an invocation, where processors are shared; 0 elsewhere. */
  readonly warmCpuMs: number;
  readonly coldCpuMs: number;
}

/** A gateway and the functions behind it. */
export interface Fleet {
  /** One function; or one that waits while the others run one after the other, as a state machine's steps. */
  readonly functions: readonly FleetFunction[];
  readonly gateway: { readonly perSecond: number; readonly burst: number; readonly timeoutMs: number };
  /** Most environments of functions without a reserved concurrency that may be busy at once. */
  readonly accountConcurrency: number;
  /** How a state machine retries a throttled step: after a random part of the pause (full jitter). */
  readonly retry: { readonly attempts: number; readonly pausesMs: readonly number[] };
  /** Time of a request outside the environments: gateway and network. */
  readonly overheadMs: number;
  /** Making an environment before its start: measured nowhere but on AWS. */
  readonly creationMs: number;
  /** Processors that all work shares; absent on AWS, where each environment has its own. */
  readonly processor?: { readonly cores: number; readonly throttledCpuMs: number } | undefined;
}
