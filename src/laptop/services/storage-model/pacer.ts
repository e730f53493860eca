import { setTimeout as sleep } from 'node:timers/promises';

/** Maximum piece of a body sent in one write. */
export const PIECE_BYTES = 65_536;
/** Maximum timer delay for which later pieces compensate, so that the average rate is right. */
const CATCH_UP_MS = 25;

/** A virtual clock of one bandwidth limit: pieces are transferred one after the other. */
export class BandwidthClock {
  #freeAtMs = Number.NEGATIVE_INFINITY;

  /** Schedules `bytes` at `megabytesPerSecond`; returns the time at which their transfer ends. */
  take(bytes: number, megabytesPerSecond: number, nowMs: number): number {
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs - CATCH_UP_MS);
    this.#freeAtMs += bytes / (megabytesPerSecond * 1_000);
    return this.#freeAtMs;
  }

  /** Marks the bandwidth before `momentMs` as used, so that later pieces do not use it to catch up. */
  startAt(momentMs: number): void {
    this.#freeAtMs = Math.max(this.#freeAtMs, momentMs);
  }
}

/** Waits until `performance.now()` has reached `momentMs`, never earlier: Node timers can fire early. */
export async function waitUntil(momentMs: number, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const leftMs = momentMs - performance.now();
    if (leftMs <= 0) return;
    await sleep(Math.ceil(leftMs), undefined, signal === undefined ? {} : { signal });
  }
}
