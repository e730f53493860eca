const INITIAL_SLOTS = 256;

/** Requests in flight, by slot. Typed arrays, because objects for millions of requests would be garbage. */
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
    this.arrivedMs = copied(this.arrivedMs, new Float64Array(length));
    this.startedMs = copied(this.startedMs, new Float64Array(length));
    this.outerStartedMs = copied(this.outerStartedMs, new Float64Array(length));
    this.weights = copied(this.weights, new Float64Array(length));
    this.cpuMs = copied(this.cpuMs, new Float64Array(length));
    this.environment = copied(this.environment, new Int32Array(length));
    this.outerEnvironment = copied(this.outerEnvironment, new Int32Array(length));
    this.period = copied(this.period, new Uint8Array(length));
    this.step = copied(this.step, new Uint8Array(length));
    this.phase = copied(this.phase, new Uint8Array(length));
    this.attempts = copied(this.attempts, new Uint8Array(length));
    this.ending = copied(this.ending, new Uint8Array(length));
    this.isCold = copied(this.isCold, new Uint8Array(length));
  }
}

function copied<Numbers extends Uint8Array | Int32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
