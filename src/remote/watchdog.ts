/**
 * A signal that aborts with the caller's own, or after `silenceMs` without a sign of life. What keeps a stalled
 * connection from holding a caller for ever.
 */
export class Watchdog {
  readonly #controller = new AbortController();
  readonly #silenceMs: number;
  readonly #outer: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timedOut = false;

  constructor(silenceMs: number, outer?: AbortSignal) {
    this.#silenceMs = silenceMs;
    this.#outer = outer;
    if (outer?.aborted) this.#controller.abort(outer.reason);
    outer?.addEventListener('abort', this.#onOuterAbort, { once: true });
    this.alive();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the silence, not the caller, that ended it. */
  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** Something arrived: the silence starts anew. */
  alive(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timedOut = true;
      this.#controller.abort(new Error(`No answer within ${this.#silenceMs} ms.`));
    }, this.#silenceMs);
  }

  /** The caller is busy, not the service: the silence does not count until `alive`. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** All arrived: frees the timer and leaves the connection as it is. */
  release(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#onOuterAbort);
  }

  /** Ends the connection if it still runs, and frees the timer. */
  stop(): void {
    this.release();
    this.#controller.abort(new Error('Done.'));
  }

  readonly #onOuterAbort = (): void => this.#controller.abort(this.#outer?.reason);
}
