/** Maximum total wait as a multiple of the silence limit, to stop servers that send a byte now and then. */
const SILENCES = 10;

/** A time limit that was exceeded, and its length. */
export interface TimeLimit {
  readonly kind: 'silence' | 'whole';
  readonly ms: number;
}

/**
 * A signal that aborts with the caller's own signal, after `silenceMs` without data, or after waiting ten
 * times as long in total. It prevents stalled or very slow connections from blocking a caller forever.
 */
export class Watchdog {
  readonly #controller = new AbortController();
  readonly #silenceMs: number;
  readonly #outer: AbortSignal | undefined;
  #leftMs: number;
  #waitsSinceMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #exceeded: TimeLimit | undefined;

  constructor(silenceMs: number, outer?: AbortSignal) {
    this.#silenceMs = silenceMs;
    this.#leftMs = SILENCES * silenceMs;
    this.#outer = outer;
    if (outer?.aborted) this.#controller.abort(outer.reason);
    outer?.addEventListener('abort', this.#onOuterAbort, { once: true });
    this.alive();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exceeded limit; undefined if none was. */
  get exceeded(): TimeLimit | undefined {
    return this.#exceeded;
  }

  /** Call when data arrives: restarts the silence timer. */
  alive(): void {
    this.pause();
    this.#waitsSinceMs = performance.now();
    const limit: TimeLimit =
      this.#leftMs > this.#silenceMs
        ? { kind: 'silence', ms: this.#silenceMs }
        : { kind: 'whole', ms: SILENCES * this.#silenceMs };
    this.#timer = setTimeout(
      () => {
        this.#exceeded = limit;
        this.#controller.abort(new Error(`No answer within ${limit.ms} ms.`));
      },
      Math.max(0, Math.min(this.#silenceMs, this.#leftMs)),
    );
  }

  /** Stops counting time until `alive`, because the caller is busy, not the service. */
  pause(): void {
    clearTimeout(this.#timer);
    if (this.#waitsSinceMs !== undefined) this.#leftMs -= performance.now() - this.#waitsSinceMs;
    this.#waitsSinceMs = undefined;
  }

  /** Call when the response is complete: frees the timer and leaves the connection open. */
  release(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#onOuterAbort);
  }

  /** Closes the connection if it is still active, and frees the timer. */
  stop(): void {
    this.release();
    this.#controller.abort(new Error('Done.'));
  }

  readonly #onOuterAbort = (): void => this.#controller.abort(this.#outer?.reason);
}
