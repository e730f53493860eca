import { messageOf } from './errors.ts';
import { steadyNow } from './steady-clock.ts';

/** Options of {@link PeriodicCheck}. */
export interface PeriodicCheckOptions {
  readonly check: () => Promise<void>;
  /** Minimum time between the starts of two checks, and between construction and the first check. */
  readonly everyMs: number;
  /** Called when a background check fails, but not again while it keeps failing with the same message. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** The clock, in milliseconds; default {@link steadyNow}. */
  readonly now?: (() => number) | undefined;
}

/** A periodic check that runs in the background, one run at a time. No request waits for it. */
export class PeriodicCheck {
  readonly #options: PeriodicCheckOptions;
  #startedMs: number;
  #inFlight: Promise<void> | undefined;
  #failure: unknown;

  constructor(options: PeriodicCheckOptions) {
    this.#options = options;
    this.#startedMs = this.#now();
  }

  /** The error of the last background check; undefined if it succeeded. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Starts a check in the background if one is due. */
  checkInBackground(): void {
    if (this.#inFlight !== undefined || this.#now() - this.#startedMs < this.#options.everyMs) return;
    this.run().then(
      () => {
        this.#failure = undefined;
      },
      (error: unknown) => {
        const isNew = this.#failure === undefined || messageOf(this.#failure) !== messageOf(error);
        this.#failure = error;
        if (isNew) this.#options.onFailure?.(error);
      },
    );
  }

  /** Checks now, or waits for the check in flight. @throws the errors of the check */
  async run(): Promise<void> {
    if (this.#inFlight === undefined) {
      this.#startedMs = this.#now();
      this.#inFlight = this.#options.check().finally(() => {
        this.#inFlight = undefined;
      });
    }
    await this.#inFlight;
  }

  /** Waits for the check in flight, if any, whether it succeeds or fails. */
  async settled(): Promise<void> {
    await this.#inFlight?.catch(() => {});
  }

  #now(): number {
    return (this.#options.now ?? steadyNow)();
  }
}
