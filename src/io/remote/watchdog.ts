/** A whole answer may take this many times the longest silence: a server that sends a byte now and then is not waited for. */
const SILENCES = 10;

/** Which limit ended an exchange, and how long it is. */
export interface TimeLimit {
  readonly kind: 'silence' | 'whole';
  readonly ms: number;
}

/**
 * A signal that aborts with the caller's own, after `silenceMs` without a sign of life, or when the service has been
 * waited for ten times as long altogether. What keeps a stalled or a dripping connection from holding a caller for ever.
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

  /** The limit that ended it; undefined where the caller did, or nobody. */
  get exceeded(): TimeLimit | undefined {
    return this.#exceeded;
  }

  /** Something arrived: the silence starts anew. */
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

  /** The caller is busy, not the service: no time counts until `alive`. */
  pause(): void {
    clearTimeout(this.#timer);
    if (this.#waitsSinceMs !== undefined) this.#leftMs -= performance.now() - this.#waitsSinceMs;
    this.#waitsSinceMs = undefined;
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
