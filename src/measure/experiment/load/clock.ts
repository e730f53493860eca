import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Time and timers of the load generator. They are monotonic: adjusting the wall clock has no effect. */
export interface LoadClock {
  /** Milliseconds since the clock was created. */
  now(): number;
  /** Calls back at a moment, as precisely as possible. Returns a function that cancels the callback. */
  at(momentMs: number, callback: () => void): () => void;
  /** Calls back after a duration, precise to about 1 ms. Returns a function that cancels the callback. */
  after(durationMs: number, callback: () => void): () => void;
}

interface Alarm {
  readonly momentMs: number;
  readonly callback: () => void;
}

/**
 * Program of the thread that sleeps until an alarm is due. Timers of the event loop are late by a millisecond
 * or more, and polling would take a core from the system under test. `control[0]` counts the alarms set;
 * `due[0]` is the time of the last one.
 */
const SLEEPER = `
const { parentPort, workerData: { control, due, zero } } = require('node:worker_threads');
const now = () => Number(process.hrtime.bigint() - zero) / 1e6;
let rung = 0;
parentPort.postMessage(rung);
for (;;) {
  const set = Atomics.load(control, 0);
  const left = set === rung ? Infinity : due[0] - now();
  if (left > 0) {
    Atomics.wait(control, 0, set, left);
    continue;
  }
  rung = set;
  parentPort.postMessage(set);
}`;

/**
 * The clock for real load. A second thread sleeps until an alarm is due, with a precision of about 0.1 ms.
 */
export class PreciseClock implements LoadClock {
  readonly #zero = process.hrtime.bigint();
  readonly #control = new Int32Array(new SharedArrayBuffer(4));
  readonly #due = new Float64Array(new SharedArrayBuffer(8));
  readonly #sleeper: Worker;
  /** Pending alarms in descending order of time, so that the earliest is last. */
  readonly #alarms: Alarm[] = [];

  private constructor() {
    this.#sleeper = new Worker(SLEEPER, {
      eval: true,
      workerData: { control: this.#control, due: this.#due, zero: this.#zero },
    });
  }

  /** Creates a clock and waits until its thread is ready. */
  static async start(): Promise<PreciseClock> {
    const clock = new PreciseClock();
    clock.#sleeper.ref();
    await once(clock.#sleeper, 'message');
    clock.#sleeper.on('message', () => clock.#ring());
    // An unused clock does not keep the process alive.
    clock.#sleeper.unref();
    return clock;
  }

  now(): number {
    return Number(process.hrtime.bigint() - this.#zero) / 1e6;
  }

  at(momentMs: number, callback: () => void): () => void {
    const alarm = { momentMs, callback };
    const place = this.#alarms.findLastIndex((other) => other.momentMs >= momentMs) + 1;
    this.#alarms.splice(place, 0, alarm);
    this.#sleeper.ref();
    if (this.#alarms.at(-1) === alarm) this.#set(momentMs);
    return () => {
      const index = this.#alarms.indexOf(alarm);
      if (index >= 0) this.#alarms.splice(index, 1);
      if (this.#alarms.length === 0) this.#sleeper.unref();
    };
  }

  after(durationMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, durationMs);
    return () => clearTimeout(timer);
  }

  /** Ends the thread. Pending alarms do not fire. */
  async close(): Promise<void> {
    this.#alarms.length = 0;
    await this.#sleeper.terminate();
  }

  #set(momentMs: number): void {
    this.#due[0] = momentMs;
    Atomics.add(this.#control, 0, 1);
    Atomics.notify(this.#control, 0);
  }

  #ring(): void {
    while (this.#alarms.length > 0 && this.#alarms.at(-1)!.momentMs <= this.now())
      this.#alarms.pop()!.callback();
    const next = this.#alarms.at(-1);
    if (next) this.#set(next.momentMs);
    else this.#sleeper.unref();
  }
}
