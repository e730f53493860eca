import type { Random } from '../../../core/index.ts';
import type { Arrivals } from '../plan/arrivals.ts';
import {
  THROTTLED_BY_CONCURRENCY,
  THROTTLED_BY_REQUEST_RATE,
  THROTTLED_BY_SCALING,
} from './environment-pool.ts';
import { EventHeap } from './event-heap.ts';
import type { Fleet } from './fleet.ts';
import { FleetEnvironments } from './fleet-environments.ts';
import { Processor } from './processor.ts';
import { Requests } from './requests.ts';
import { type Ending, ERROR, OK, Tally, type Throttle, TIMEOUT } from './tally.ts';
import { TokenBucket } from './token-bucket.ts';

const [RETRY, WAIT, RUN] = [0, 1, 2] as const;
const NO_REQUEST = -1;
const REASONS: Readonly<Record<number, Throttle>> = {
  [THROTTLED_BY_CONCURRENCY]: 'concurrency',
  [THROTTLED_BY_SCALING]: 'scaling',
  [THROTTLED_BY_REQUEST_RATE]: 'requestRate',
};

/** Simulates a fleet, event by event. Skips put the clock of the plan ahead of that of the simulation. */
export class FleetSimulation {
  readonly tally: Tally;
  readonly #fleet: Fleet;
  readonly #random: Random;
  readonly #gateway: TokenBucket;
  readonly #environments: FleetEnvironments;
  readonly #requests = new Requests();
  readonly #events = new EventHeap();
  readonly #processor: Processor | undefined;
  #nowMs = 0;
  #skippedMs = 0;
  #weight = 1;
  /** Weight that a request has passed on to the next one. */
  #carried = 0;

  constructor(fleet: Fleet, durationMs: number, random: Random) {
    this.#fleet = fleet;
    this.#random = random;
    this.tally = new Tally(fleet.functions.length, durationMs);
    this.#gateway = new TokenBucket(fleet.gateway.perSecond, fleet.gateway.burst);
    this.#environments = new FleetEnvironments(fleet, this.tally.functions, random);
    this.#processor = fleet.processor && new Processor(fleet.processor.cores);
  }

  /** Maximum number of a function's environments at the same time. */
  peakOf(step: number): number {
    return this.#environments.poolOf(step).peak;
  }

  /** Number of existing environments of all functions, and of those started so far. */
  get environments(): Readonly<Record<'existing' | 'started', number>> {
    const { existing, started } = this.#environments;
    return { existing, started };
  }

  /** Simulates until a time of the plan; each request counts `weight` times. */
  run(arrivals: Arrivals, untilPlanMs: number, weight = 1): void {
    this.#environments.begin(this.#nowMs, weight);
    this.#weight = weight;
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
    this.#nowMs = untilMs;
    this.#environments.end(untilMs);
  }

  /** Ends the requests in flight and stops counting time. */
  drain(): void {
    this.#environments.begin(this.#nowMs, 0);
    this.#weight = 0;
    while (this.#requests.inFlight > 0) this.#process(this.#nextMs());
    // No further request can take over the remaining weight.
    this.tally.arrivals -= this.#carried;
    this.#carried = 0;
  }

  /** Skips plan time; the load continues as in the last `run`. */
  skip(byMs: number): void {
    this.#environments.skip(byMs, this.#nowMs);
    this.#skippedMs += byMs;
  }

  #nextMs(): number {
    const nextMs = Math.min(this.#events.nextMs, this.#environments.nextExpiryMs);
    return this.#processor === undefined ? nextMs : Math.min(nextMs, this.#processor.nextMs);
  }

  #process(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#events.nextMs === nowMs) this.#resume(this.#events.pop());
    else if (this.#processor?.nextMs === nowMs) {
      const slot = this.#processor.finish(nowMs);
      if (slot !== NO_REQUEST) this.#stepEnded(slot);
    } else this.#environments.expire(nowMs);
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
    const { existing } = this.#environments;
    if (existing > of.environments) of.environments = existing;
  }

  #invoke(slot: number): void {
    const step = this.#requests.step[slot]!;
    const environment = this.#environments.acquire(step, this.#nowMs);
    if (environment < 0) {
      this.#throttled(slot, environment);
      return;
    }
    const { isCold, age } = this.#environments.poolOf(step);
    const startedMs = this.#nowMs + (isCold ? this.#fleet.creationMs : 0);
    this.#requests.startedMs[slot] = startedMs;
    this.#requests.environment[slot] = environment;
    if (step === 0) {
      this.#requests.outerStartedMs[slot] = startedMs;
      this.#requests.outerEnvironment[slot] = environment;
    }
    if (isCold) {
      this.#requests.isCold[slot] = 1;
      // A fleet grows once, not throughout the time that a slice represents. Therefore, a request that makes
      // it grow counts once and passes its extra weight on to the next one.
      if (this.#environments.hasGrown(step) && step === 0) {
        this.#carried += this.#requests.weights[slot]! - 1;
        this.#requests.weights[slot] = 1;
      }
    }
    const tally = this.tally.functions[step]!;
    tally.invocations += this.#requests.weights[slot]!;
    if (isCold) tally.coldStarts += this.#requests.weights[slot]!;
    this.#execute(slot, startedMs, isCold, age);
  }

  /** Draws the service time of a function in an environment of the given age, and schedules its end. */
  #execute(slot: number, startedMs: number, isCold: boolean, age: number): void {
    const of = this.#fleet.functions[this.#requests.step[slot]!]!;
    const times = isCold ? of.cold : (of.young[31 - Math.clz32(age)] ?? of.warm);
    times.draw();
    const isTimeout = times.runMs > of.timeoutMs;
    this.#requests.ending[slot] = isTimeout ? TIMEOUT : times.isError ? ERROR : OK;
    const wholeMs = times.initMs + (isTimeout ? of.timeoutMs : times.runMs);
    if (this.#processor === undefined) {
      this.#later(slot, startedMs + wholeMs, RUN);
      return;
    }
    const cpuMs = Math.min(wholeMs, isCold ? of.coldCpuMs : of.warmCpuMs);
    this.#requests.cpuMs[slot] = cpuMs;
    this.#later(slot, startedMs + wholeMs - cpuMs, WAIT);
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
    const tally = this.tally.functions[step]!;
    // Times are sums with rounding errors: a difference of whole milliseconds may be slightly too large.
    const billedMs = Math.ceil(this.#nowMs - startedMs - 1e-6) * this.#requests.weights[slot]!;
    if (this.#environments.poolOf(step).isProvisioned(environment)) tally.provisionedBilledMs += billedMs;
    else tally.billedMs += billedMs;
    this.#environments.release(step, environment, ending === TIMEOUT, this.#nowMs);
  }
}
