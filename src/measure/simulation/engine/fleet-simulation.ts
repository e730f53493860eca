import type { Random } from '../../../core/index.ts';
import type { Arrivals } from '../plan/arrivals.ts';
import {
  EnvironmentPool,
  THROTTLED_BY_CONCURRENCY,
  THROTTLED_BY_REQUEST_RATE,
  THROTTLED_BY_SCALING,
} from './environment-pool.ts';
import { EventHeap } from './event-heap.ts';
import type { Fleet } from './fleet.ts';
import { Processor } from './processor.ts';
import { Requests } from './requests.ts';
import { type Ending, ERROR, OK, Tally, type Throttle, TIMEOUT } from './tally.ts';
import { TokenBucket } from './token-bucket.ts';

const RETRY = 0;
const WAIT = 1;
const RUN = 2;
const NO_REQUEST = -1;
const REASONS: Readonly<Record<number, Throttle>> = {
  [THROTTLED_BY_CONCURRENCY]: 'concurrency',
  [THROTTLED_BY_SCALING]: 'scaling',
  [THROTTLED_BY_REQUEST_RATE]: 'requestRate',
};

/** Simulates a fleet, event by event. The plan's clock runs ahead of its own if time is skipped. */
export class FleetSimulation {
  readonly tally: Tally;
  readonly #fleet: Fleet;
  readonly #random: Random;
  readonly #gateway: TokenBucket;
  readonly #pools: readonly EnvironmentPool[];
  readonly #events = new EventHeap();
  readonly #processor: Processor | undefined;
  #nowMs = 0;
  #integratedMs = 0;
  #skippedMs = 0;
  #weight = 1;
  #unreserved = 0;
  /** By function, in the last `run`. */
  #meanBusy: readonly number[] = [];
  /** Maximum environments of each function since the last skip. */
  readonly #maxEnvironments: number[];
  /** Weight that a request has passed on to the next one. */
  #carried = 0;
  readonly #requests = new Requests();

  constructor(fleet: Fleet, durationMs: number, random: Random) {
    this.#fleet = fleet;
    this.#random = random;
    this.tally = new Tally(fleet.functions.length, durationMs);
    this.#gateway = new TokenBucket(fleet.gateway.perSecond, fleet.gateway.burst);
    this.#pools = fleet.functions.map(({ pool }) => new EnvironmentPool(pool, random));
    this.#maxEnvironments = this.#pools.map(({ size }) => size);
    this.#processor = fleet.processor && new Processor(fleet.processor.cores);
  }

  /** Maximum number of a function's environments at the same time. */
  peakOf(step: number): number {
    return this.#pools[step]!.peak;
  }

  /** Number of existing environments of all functions, and of those started so far. */
  get environments(): { readonly existing: number; readonly started: number } {
    const sumOf = (field: 'size' | 'started') => this.#pools.reduce((sum, pool) => sum + pool[field], 0);
    return { existing: sumOf('size'), started: sumOf('started') };
  }

  /** Simulates until a time of the plan; each request counts `weight` times. */
  run(arrivals: Arrivals, untilPlanMs: number, weight = 1): void {
    this.#integrate();
    this.#weight = weight;
    const fromMs = this.#nowMs;
    const busyMs = this.tally.functions.map((of) => of.busyMs);
    const untilMs = untilPlanMs - this.#skippedMs;
    for (;;) {
      const arrivalMs = arrivals.nextMs - this.#skippedMs;
      const nextMs = this.#nextMs();
      if (Math.min(arrivalMs, nextMs) >= untilMs) break;
      if (arrivalMs <= nextMs) {
        this.#nowMs = arrivalMs;
        arrivals.advance();
        this.#arrive();
      } else this.#process(nextMs);
    }
    this.#integrate(untilMs);
    const passedMs = (untilMs - fromMs) * weight;
    this.#meanBusy = this.tally.functions.map((of, step) => (of.busyMs - busyMs[step]!) / passedMs);
  }

  /** Ends the requests in flight; time is no longer counted. */
  drain(): void {
    this.#integrate();
    this.#weight = 0;
    while (this.#requests.inFlight > 0) this.#process(this.#nextMs());
    // No further request can take over the remaining weight.
    this.tally.arrivals -= this.#carried;
    this.#carried = 0;
  }

  /**
   * Skips plan time during which the load continues as in the last `run`. The number of busy environments is then
   * Poisson distributed: those up to four deviations above its mean stay in use, the others idle.
   */
  skip(byMs: number): void {
    this.#pools.forEach((pool, step) => {
      const mean = this.#meanBusy[step]!;
      const inUse = mean + 4 * Math.sqrt(mean);
      pool.growOlder(byMs, inUse, this.#nowMs);
      this.#maxEnvironments[step] = Math.min(pool.size, inUse);
    });
    this.#skippedMs += byMs;
  }

  #nextMs(): number {
    let nextMs = this.#events.nextMs;
    if (this.#processor !== undefined) nextMs = Math.min(nextMs, this.#processor.nextMs);
    for (const pool of this.#pools) if (pool.nextExpiryMs < nextMs) nextMs = pool.nextExpiryMs;
    return nextMs;
  }

  #process(nowMs: number): void {
    if (this.#events.nextMs === nowMs) {
      this.#nowMs = nowMs;
      this.#resume(this.#events.pop());
    } else if (this.#processor?.nextMs === nowMs) {
      this.#nowMs = nowMs;
      const slot = this.#processor.finish(nowMs);
      if (slot !== NO_REQUEST) this.#stepEnded(slot);
    } else {
      this.#integrate(nowMs);
      for (const pool of this.#pools) if (pool.nextExpiryMs <= nowMs) pool.expire(nowMs);
    }
  }

  #arrive(): void {
    const { tally } = this;
    const period = tally.periodAt(this.#nowMs + this.#skippedMs);
    const of = tally.periods[period]!;
    tally.simulated += 1;
    tally.arrivals += this.#weight;
    of.arrivals += this.#weight;
    if (!this.#gateway.take(this.#nowMs)) {
      this.#refuse(period, 'gateway', this.#weight);
      return;
    }
    const slot = this.#requests.take();
    this.#requests.arrivedMs[slot] = this.#nowMs;
    this.#requests.weights[slot] = this.#weight + this.#carried;
    this.#carried = 0;
    this.#requests.period[slot] = period;
    this.#requests.step[slot] = 0;
    this.#requests.isCold[slot] = 0;
    this.#invoke(slot);
    let existing = 0;
    for (const pool of this.#pools) existing += pool.size;
    if (existing > of.environments) of.environments = existing;
  }

  #invoke(slot: number): void {
    const step = this.#requests.step[slot]!;
    const of = this.#fleet.functions[step]!;
    const pool = this.#pools[step]!;
    const isFull = !of.isReserved && this.#unreserved >= this.#fleet.accountConcurrency;
    this.#integrate();
    const environment = isFull ? THROTTLED_BY_CONCURRENCY : pool.acquire(this.#nowMs);
    if (environment < 0) {
      this.#throttled(slot, environment);
      return;
    }
    if (!of.isReserved) this.#unreserved += 1;
    const { isCold, age } = pool;
    const times = isCold ? of.cold : (of.young[31 - Math.clz32(age)] ?? of.warm);
    times.draw();
    const isTimeout = times.runMs > of.timeoutMs;
    const runMs = isTimeout ? of.timeoutMs : times.runMs;
    this.#requests.ending[slot] = isTimeout ? TIMEOUT : times.isError ? ERROR : OK;
    const startedMs = this.#nowMs + (isCold ? this.#fleet.creationMs : 0);
    if (isCold) {
      this.#requests.isCold[slot] = 1;
      if (pool.size > this.#maxEnvironments[step]!) this.#countGrowth(slot, step);
    }
    const tally = this.tally.functions[step]!;
    tally.invocations += this.#requests.weights[slot]!;
    if (isCold) tally.coldStarts += this.#requests.weights[slot]!;
    if (step === 0) {
      this.#requests.outerStartedMs[slot] = startedMs;
      this.#requests.outerEnvironment[slot] = environment;
    }
    this.#requests.startedMs[slot] = startedMs;
    this.#requests.environment[slot] = environment;
    const wholeMs = times.initMs + runMs;
    if (this.#processor === undefined) {
      this.#later(slot, startedMs + wholeMs, RUN);
      return;
    }
    const cpuMs = Math.min(wholeMs, isCold ? of.coldCpuMs : of.warmCpuMs);
    this.#requests.cpuMs[slot] = cpuMs;
    this.#later(slot, startedMs + wholeMs - cpuMs, WAIT);
  }

  /** A fleet grows once, not throughout the time that a slice represents: the request passes its extra weight on. */
  #countGrowth(slot: number, step: number): void {
    this.#maxEnvironments[step] = this.#pools[step]!.size;
    if (step > 0) return;
    this.#carried += this.#requests.weights[slot]! - 1;
    this.#requests.weights[slot] = 1;
  }

  #throttled(slot: number, reason: number): void {
    const { attempts, pausesMs } = this.#fleet.retry;
    const attempt = this.#requests.attempts[slot]!;
    if (this.#requests.step[slot] !== 0 && attempt + 1 < attempts) {
      this.#requests.attempts[slot] = attempt + 1;
      this.#later(slot, this.#nowMs + this.#random() * pausesMs[attempt]!, RETRY);
      return;
    }
    if (this.#requests.step[slot] !== 0) this.#releaseOuter(slot, OK);
    this.#refuse(this.#requests.period[slot]!, REASONS[reason]!, this.#requests.weights[slot]!);
    this.#requests.leave(slot);
  }

  #refuse(period: number, reason: Throttle, weight: number): void {
    this.tally.refused(period, reason, weight);
    const { processor } = this.#fleet;
    if (processor !== undefined) this.#processor!.start(this.#nowMs, processor.throttledCpuMs, NO_REQUEST);
  }

  #later(slot: number, timeMs: number, phase: number): void {
    this.#requests.phase[slot] = phase;
    this.#events.push(timeMs, slot);
  }

  #resume(slot: number): void {
    const phase = this.#requests.phase[slot];
    if (phase === RUN) this.#stepEnded(slot);
    else if (phase === RETRY) this.#invoke(slot);
    else this.#processor!.start(this.#nowMs, this.#requests.cpuMs[slot]!, slot);
  }

  #stepEnded(slot: number): void {
    const step = this.#requests.step[slot]!;
    const { length } = this.#fleet.functions;
    const ending = this.#requests.ending[slot] as Ending;
    if (step > 0)
      this.#release(step, slot, this.#requests.environment[slot]!, this.#requests.startedMs[slot]!, ending);
    if (ending === OK && step + 1 < length) {
      this.#requests.step[slot] = step + 1;
      this.#requests.attempts[slot] = 0;
      this.#invoke(slot);
      return;
    }
    this.#releaseOuter(slot, step === 0 ? ending : OK);
    const latencyMs = this.#nowMs - this.#requests.arrivedMs[slot]! + this.#fleet.overheadMs;
    const isLate = latencyMs > this.#fleet.gateway.timeoutMs;
    const { period, isCold, weights } = this.#requests;
    const shown = isLate ? TIMEOUT : ending;
    this.tally.ended(period[slot]!, shown, latencyMs, isCold[slot] === 1, weights[slot]!);
    this.#requests.leave(slot);
  }

  #releaseOuter(slot: number, ending: Ending): void {
    if (this.#fleet.functions.length > 1) {
      const executionMs = Math.ceil((this.#nowMs - this.#requests.outerStartedMs[slot]!) / 100) * 100;
      this.tally.executions += this.#requests.weights[slot]!;
      this.tally.executionBilledMs += executionMs * this.#requests.weights[slot]!;
    }
    const { outerEnvironment, outerStartedMs } = this.#requests;
    this.#release(0, slot, outerEnvironment[slot]!, outerStartedMs[slot]!, ending);
  }

  #release(step: number, slot: number, environment: number, startedMs: number, ending: Ending): void {
    this.#integrate();
    const pool = this.#pools[step]!;
    const tally = this.tally.functions[step]!;
    // Times are sums: a difference of whole milliseconds may be slightly too large.
    const billedMs = Math.ceil(this.#nowMs - startedMs - 1e-6) * this.#requests.weights[slot]!;
    if (pool.isProvisioned(environment)) tally.provisionedBilledMs += billedMs;
    else tally.billedMs += billedMs;
    if (ending === TIMEOUT) pool.destroy(environment, this.#nowMs);
    else pool.release(environment, this.#nowMs);
    if (!this.#fleet.functions[step]!.isReserved) this.#unreserved -= 1;
  }

  /** Accumulates existing and busy environments up to now, before their numbers change. */
  #integrate(nowMs = this.#nowMs): void {
    const passedMs = (nowMs - this.#integratedMs) * this.#weight;
    this.#integratedMs = nowMs;
    this.#nowMs = nowMs;
    if (passedMs === 0) return;
    for (let step = 0; step < this.#pools.length; step++) {
      const pool = this.#pools[step]!;
      const tally = this.tally.functions[step]!;
      tally.environmentMs += pool.size * passedMs;
      tally.busyMs += pool.busy * passedMs;
    }
  }
}
