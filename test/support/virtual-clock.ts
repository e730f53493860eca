import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/laptop/index.ts';
import type { Evaluator } from '../../src/laptop/state-machine/jsonata/evaluator.ts';

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** After this number of event loop turns without activity, only the passage of time can cause progress. */
const QUIET_TURNS = 4;

/**
 * A clock that stands still during activity and then jumps to the next time for which a caller waits.
 * Everything else that takes time, such as functions, must sleep on the same clock.
 */
export class VirtualClock implements Clock {
  readonly #sleepers = new Set<Sleeper>();
  readonly #evaluator: Evaluator;
  #nowMs: number;
  #turns = 0;

  constructor(evaluator: Evaluator, startMs = Date.UTC(2026, 10, 24)) {
    this.#evaluator = evaluator;
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  async giveWay(): Promise<void> {
    this.#turns += 1;
    if (this.#turns % 100 === 0) await turn();
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { untilMs: this.#nowMs + ms, wake: () => end(resolve) };
      const abort = (): void => end(() => reject(signal.reason));
      const end = (settle: () => void): void => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', abort);
        settle();
      };
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      signal.addEventListener('abort', abort, { once: true });
      this.#sleepers.add(sleeper);
    });
  }

  /** Advances time until `work` is complete. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => undefined);
    for (let quiet = 0, turns = -1; !isDone; ) {
      await turn();
      quiet = this.#evaluator.pending === 0 && turns === this.#turns ? quiet + 1 : 0;
      turns = this.#turns;
      if (quiet < QUIET_TURNS || this.#sleepers.size === 0) continue;
      quiet = 0;
      const next = [...this.#sleepers].reduce((first, other) =>
        other.untilMs < first.untilMs ? other : first,
      );
      this.#nowMs = Math.max(this.#nowMs, next.untilMs);
      next.wake();
    }
    return done;
  }
}
