import { setTimeout as sleep } from 'node:timers/promises';

/** Largest piece of a body that is sent at once. */
export const PIECE_BYTES = 65_536;
/** Time that a late timer may make up for, so that the rate is right on average. */
const CATCH_UP_MS = 25;

/** A virtual clock of one bandwidth: each piece takes its time after those before it. */
export class BandwidthClock {
  #freeAtMs = Number.NEGATIVE_INFINITY;

  /** Takes `bytes` at `megabytesPerSecond`; gives the moment at which the last of them is through. */
  take(bytes: number, megabytesPerSecond: number, nowMs: number): number {
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs - CATCH_UP_MS);
    this.#freeAtMs += bytes / (megabytesPerSecond * 1_000);
    return this.#freeAtMs;
  }

  /** As if the time before `momentMs` had been used: nothing can be made up for. */
  startAt(momentMs: number): void {
    this.#freeAtMs = Math.max(this.#freeAtMs, momentMs);
  }
}

/** Waits until `performance.now()` has reached `momentMs`, never less. Timers of Node can be early. */
export async function waitUntil(momentMs: number, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const leftMs = momentMs - performance.now();
    if (leftMs <= 0) return;
    await sleep(Math.ceil(leftMs), undefined, signal === undefined ? {} : { signal });
  }
}
