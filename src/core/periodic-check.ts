import { messageOf } from './errors.ts';
import { steadyNow } from './steady-clock.ts';

/** What {@link PeriodicCheck} does, and how often. */
export interface PeriodicCheckOptions {
  readonly check: () => Promise<void>;
  /** Shortest time between the beginnings of two checks; the first is due so long after this was made. */
  readonly everyMs: number;
  /** Told of a failure of a check that nobody waits for: once, until it is another one or none. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** Milliseconds; default {@link steadyNow}. */
  readonly now?: (() => number) | undefined;
}

/** A check that is made beside requests, none of which waits for it: now and then, one at a time. */
export class PeriodicCheck {
  readonly #options: PeriodicCheckOptions;
  #begunMs: number;
  #underWay: Promise<void> | undefined;
  #failure: unknown;

  constructor(options: PeriodicCheckOptions) {
    this.#options = options;
    this.#begunMs = this.#now();
  }

  /** Why the last check failed; undefined where it did not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Begins a check where one is due. */
  beside(): void {
    if (this.#underWay !== undefined || this.#now() - this.#begunMs < this.#options.everyMs) return;
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

  /** Checks now, or waits for the check under way. @throws what the check throws */
  async run(): Promise<void> {
    if (this.#underWay === undefined) {
      this.#begunMs = this.#now();
      this.#underWay = this.#options.check().finally(() => {
        this.#underWay = undefined;
      });
    }
    await this.#underWay;
  }

  /** Waits until no check is under way, however it ends. */
  async settled(): Promise<void> {
    await this.#underWay?.catch(() => {});
  }

  #now(): number {
    return (this.#options.now ?? steadyNow)();
  }
}
