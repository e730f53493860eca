import { closeLater, PeriodicCheck } from '../core/index.ts';
import { REFRESH_MS } from './pointer.ts';

/** Options of {@link FollowedVersion}. */
export interface FollowOptions<Version> {
  /** Opens the published version; returns undefined if it is already open. */
  readonly next: (open: Version) => Promise<Version | undefined>;
  /** Returns a function that closes the version; the function should not keep the version in memory. */
  readonly closerOf: (version: Version) => () => unknown;
  /** Minimum milliseconds between two checks; default 10,000. */
  readonly everyMs?: number | undefined;
  /** Called once per distinct failure to open a newly published version. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** The clock, in milliseconds; default `steadyNow`. */
  readonly now?: (() => number) | undefined;
}

/**
 * The published version of an index. The open version serves requests until the next one is open. It is
 * closed when the last request that uses it has ended.
 */
export class FollowedVersion<Version> {
  readonly #options: FollowOptions<Version>;
  readonly #check: PeriodicCheck;
  #opened: Version;

  constructor(first: Version, options: FollowOptions<Version>) {
    this.#options = options;
    this.#opened = first;
    this.#check = new PeriodicCheck({
      check: () => this.#openNext(),
      everyMs: options.everyMs ?? REFRESH_MS,
      onFailure: options.onFailure,
      now: options.now,
    });
  }

  /** The open version. */
  get opened(): Version {
    return this.#opened;
  }

  /** Error of the last background check, if it failed. */
  get failure(): unknown {
    return this.#check.failure;
  }

  /** Returns the open version, to be used for a whole request. Starts a background check if one is due. */
  current(): Version {
    const version = this.#opened;
    this.#check.checkInBackground();
    return version;
  }

  /** Checks now. @throws the errors of `next` */
  async refresh(): Promise<void> {
    await this.#check.run();
  }

  async close(): Promise<void> {
    await this.#check.settled();
    await this.#options.closerOf(this.#opened)();
  }

  async #openNext(): Promise<void> {
    const old = this.#opened;
    const next = await this.#options.next(old);
    if (next === undefined) return;
    this.#opened = next;
    closeLater(this.#options.closerOf(old));
  }
}
