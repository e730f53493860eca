import type { LoadClock } from '../../src/measure/experiment/load/clock.ts';

interface Alarm {
  readonly momentMs: number;
  readonly callback: () => void;
}

/** A clock that moves only when a test moves it. */
export class ManualClock implements LoadClock {
  #nowMs = 0;
  #alarms: Alarm[] = [];

  now(): number {
    return this.#nowMs;
  }

  at(momentMs: number, callback: () => void): () => void {
    const alarm = { momentMs, callback };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  after(durationMs: number, callback: () => void): () => void {
    return this.at(this.#nowMs + durationMs, callback);
  }

  /** Number of pending alarms. */
  get pending(): number {
    return this.#alarms.length;
  }

  /** Sets the time without running the alarms in between, as if the process had been suspended. */
  jump(momentMs: number): void {
    this.#nowMs = momentMs;
  }

  /** Advances the time and runs every alarm in between at its own time. */
  async advanceTo(momentMs: number): Promise<void> {
    for (;;) {
      await settled();
      const next = this.#alarms.toSorted((a, b) => a.momentMs - b.momentMs)[0];
      if (next === undefined || next.momentMs > momentMs) break;
      this.#alarms = this.#alarms.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.momentMs);
      next.callback();
    }
    this.#nowMs = momentMs;
    await settled();
  }
}

/** Lets all promises that can settle do so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
