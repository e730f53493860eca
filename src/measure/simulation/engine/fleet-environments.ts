import type { Random } from '../../../core/index.ts';
import { EnvironmentPool, THROTTLED_BY_CONCURRENCY } from './environment-pool.ts';
import type { Fleet } from './fleet.ts';
import type { FunctionTally } from './tally.ts';

/** The environments of all functions of a fleet, the account's concurrency, and the integrals of their use. */
export class FleetEnvironments {
  readonly #fleet: Fleet;
  readonly #pools: readonly EnvironmentPool[];
  readonly #tallies: readonly FunctionTally[];
  /** Busy environments of functions without reserved concurrency. */
  #unreserved = 0;
  #integratedMs = 0;
  #weight = 1;
  #sinceMs = 0;
  #busyMs: readonly number[] = [];
  /** Mean number of busy environments of each function in the last interval that has ended. */
  #meanBusy: readonly number[] = [];
  /** Maximum number of environments of each function since the simulation last skipped time. */
  readonly #maxEnvironments: number[];

  constructor(fleet: Fleet, tallies: readonly FunctionTally[], random: Random) {
    this.#fleet = fleet;
    this.#tallies = tallies;
    this.#pools = fleet.functions.map(({ pool }) => new EnvironmentPool(pool, random));
    this.#maxEnvironments = this.#pools.map(({ size }) => size);
  }

  /** Number of existing environments. */
  get existing(): number {
    let sum = 0;
    for (const pool of this.#pools) sum += pool.size;
    return sum;
  }

  /** Number of environments that requests have started. */
  get started(): number {
    return this.#pools.reduce((sum, { started }) => sum + started, 0);
  }

  /** Earliest time at which an idle environment may have to end. */
  get nextExpiryMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const pool of this.#pools) if (pool.nextExpiryMs < nextMs) nextMs = pool.nextExpiryMs;
    return nextMs;
  }

  poolOf(step: number): EnvironmentPool {
    return this.#pools[step]!;
  }

  /** Begins an interval; environments used during it are counted `weight` times. */
  begin(nowMs: number, weight: number): void {
    this.#integrate(nowMs);
    this.#weight = weight;
    this.#sinceMs = nowMs;
    this.#busyMs = this.#tallies.map(({ busyMs }) => busyMs);
  }

  end(nowMs: number): void {
    this.#integrate(nowMs);
    const passedMs = (nowMs - this.#sinceMs) * this.#weight;
    this.#meanBusy = this.#tallies.map(({ busyMs }, step) => (busyMs - this.#busyMs[step]!) / passedMs);
  }

  /** Acquires an environment for a request; returns its number, or a negative reason if it is throttled. */
  acquire(step: number, nowMs: number): number {
    const { isReserved } = this.#fleet.functions[step]!;
    this.#integrate(nowMs);
    if (!isReserved && this.#unreserved >= this.#fleet.accountConcurrency) return THROTTLED_BY_CONCURRENCY;
    const environment = this.#pools[step]!.acquire(nowMs);
    if (environment >= 0 && !isReserved) this.#unreserved += 1;
    return environment;
  }

  /** Releases an environment after its request; a timeout ends it. */
  release(step: number, environment: number, isTimeout: boolean, nowMs: number): void {
    this.#integrate(nowMs);
    const pool = this.#pools[step]!;
    if (isTimeout) pool.destroy(environment, nowMs);
    else pool.release(environment, nowMs);
    if (!this.#fleet.functions[step]!.isReserved) this.#unreserved -= 1;
  }

  /** Ends the environments that are due. */
  expire(nowMs: number): void {
    this.#integrate(nowMs);
    for (const pool of this.#pools) if (pool.nextExpiryMs <= nowMs) pool.expire(nowMs);
  }

  /** Whether a function has more environments than at any time since the last skip; updates this maximum. */
  hasGrown(step: number): boolean {
    const { size } = this.#pools[step]!;
    if (size <= this.#maxEnvironments[step]!) return false;
    this.#maxEnvironments[step] = size;
    return true;
  }

  /**
   * Skips time during which the load continues as in the last interval. The number of busy environments is
   * then Poisson distributed. As many environments as its mean plus four deviations stay in use; the others
   * idle.
   */
  skip(byMs: number, nowMs: number): void {
    this.#pools.forEach((pool, step) => {
      const mean = this.#meanBusy[step]!;
      const inUse = mean + 4 * Math.sqrt(mean);
      pool.growOlder(byMs, inUse, nowMs);
      this.#maxEnvironments[step] = Math.min(pool.size, inUse);
    });
  }

  /** Accumulates existing and busy environments up to now, before their numbers change. */
  #integrate(nowMs: number): void {
    const passedMs = (nowMs - this.#integratedMs) * this.#weight;
    this.#integratedMs = nowMs;
    if (passedMs === 0) return;
    for (let step = 0; step < this.#pools.length; step++) {
      const pool = this.#pools[step]!;
      const tally = this.#tallies[step]!;
      tally.environmentMs += pool.size * passedMs;
      tally.busyMs += pool.busy * passedMs;
    }
  }
}
