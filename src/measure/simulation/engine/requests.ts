import { grown } from './grown.ts';

const INITIAL_SLOTS = 256;

/** Requests in flight, by slot. Typed arrays avoid the garbage collection of an object per request. */
export class Requests {
  inFlight = 0;
  arrivedMs = new Float64Array(INITIAL_SLOTS);
  startedMs = new Float64Array(INITIAL_SLOTS);
  outerStartedMs = new Float64Array(INITIAL_SLOTS);
  /** Number of requests that it represents. */
  weights = new Float64Array(INITIAL_SLOTS);
  cpuMs = new Float64Array(INITIAL_SLOTS);
  environment = new Int32Array(INITIAL_SLOTS);
  /** Environment of the function that waits for the steps; `environment` is that of the running step. */
  outerEnvironment = new Int32Array(INITIAL_SLOTS);
  /** Period of the plan in which it arrived. */
  period = new Uint8Array(INITIAL_SLOTS);
  step = new Uint8Array(INITIAL_SLOTS);
  phase = new Uint8Array(INITIAL_SLOTS);
  attempts = new Uint8Array(INITIAL_SLOTS);
  ending = new Uint8Array(INITIAL_SLOTS);
  isCold = new Uint8Array(INITIAL_SLOTS);
  readonly #free: number[] = [];
  #slots = 0;

  /** Allocates a slot for a new request; its fields contain values of an earlier one. */
  take(): number {
    this.inFlight += 1;
    const slot = this.#free.pop() ?? this.#slots++;
    if (slot === this.arrivedMs.length) this.#grow(2 * slot);
    return slot;
  }

  leave(slot: number): void {
    this.inFlight -= 1;
    this.#free.push(slot);
  }

  #grow(length: number): void {
    this.arrivedMs = grown(this.arrivedMs, length);
    this.startedMs = grown(this.startedMs, length);
    this.outerStartedMs = grown(this.outerStartedMs, length);
    this.weights = grown(this.weights, length);
    this.cpuMs = grown(this.cpuMs, length);
    this.environment = grown(this.environment, length);
    this.outerEnvironment = grown(this.outerEnvironment, length);
    this.period = grown(this.period, length);
    this.step = grown(this.step, length);
    this.phase = grown(this.phase, length);
    this.attempts = grown(this.attempts, length);
    this.ending = grown(this.ending, length);
    this.isCold = grown(this.isCold, length);
  }
}
