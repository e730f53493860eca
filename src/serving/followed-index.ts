import { messageOf } from '../core/index.ts';
import type { OpenedIndex, OpenedVersion, Warn } from './engine.ts';

/** How long a newly published version may go unnoticed by an index that is asked. */
const REFRESH_MS = 10_000;
/** Longer than any request may take: those that still search a version that was replaced end before it closes. */
const LINGER_MS = 120_000;

/** What {@link FollowedIndex} follows. */
export interface FollowedIndexOptions {
  /** What is published now. @throws NO_INDEX */
  readonly published: () => Promise<{ readonly kind: string; readonly version: string }>;
  readonly open: (version: { readonly kind: string; readonly version: string }) => Promise<OpenedIndex>;
  /** Told once of each failure to follow; requests go on with the version that is open. */
  readonly warn?: Warn | undefined;
  /** Milliseconds; default `Date.now`. */
  readonly now?: () => number;
}

/**
 * What is published in a collection, of whatever kind: asked for its current version it looks, at most every ten
 * seconds and beside the request, whether another one was published, and opens that.
 */
export class FollowedIndex implements OpenedIndex {
  readonly #options: FollowedIndexOptions;
  #index: OpenedIndex;
  #lookedAtMs: number;
  #looking: Promise<void> | undefined;
  #failure: string | undefined;

  private constructor(options: FollowedIndexOptions, index: OpenedIndex, lookedAtMs: number) {
    this.#options = options;
    this.#index = index;
    this.#lookedAtMs = lookedAtMs;
  }

  /** @throws NO_INDEX, and those of opening. */
  static async open(options: FollowedIndexOptions): Promise<FollowedIndex> {
    const lookedAtMs = (options.now ?? Date.now)();
    return new FollowedIndex(options, await options.open(await options.published()), lookedAtMs);
  }

  get manifest(): OpenedIndex['manifest'] {
    return this.#index.manifest;
  }

  current(): OpenedVersion {
    const index = this.#index;
    this.#lookBeside();
    return index;
  }

  search(...asked: Parameters<OpenedIndex['search']>): ReturnType<OpenedIndex['search']> {
    return this.current().search(...asked);
  }

  neighbours(...asked: Parameters<OpenedIndex['neighbours']>): ReturnType<OpenedIndex['neighbours']> {
    return this.current().neighbours(...asked);
  }

  chunks(...asked: Parameters<OpenedIndex['chunks']>): ReturnType<OpenedIndex['chunks']> {
    return this.current().chunks(...asked);
  }

  async hydrate(signal?: AbortSignal): Promise<unknown> {
    return this.#index.hydrate?.(signal);
  }

  /** Looks for another version now, and waits until it is open. @throws as `open` */
  async refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  async close(): Promise<void> {
    await this.#looking?.catch(() => {});
    await this.#index.close();
  }

  #lookBeside(): void {
    const now = (this.#options.now ?? Date.now)();
    if (this.#looking !== undefined || now - this.#lookedAtMs < REFRESH_MS) return;
    this.refresh().then(
      () => {
        this.#failure = undefined;
      },
      (error: unknown) => {
        const reason = messageOf(error);
        if (reason !== this.#failure) this.#options.warn?.(NOT_FOLLOWED, { reason });
        this.#failure = reason;
      },
    );
  }

  async #look(): Promise<void> {
    const { published, open, now = Date.now } = this.#options;
    this.#lookedAtMs = now();
    const { kind, version } = await published();
    const old = this.#index;
    if (kind === old.manifest.kind && version === old.manifest.version) return;
    this.#index = await open({ kind, version });
    setTimeout(() => void old.close().catch(() => {}), LINGER_MS).unref();
  }
}

/** What is said of a published version that cannot be followed. */
export const NOT_FOLLOWED =
  'What is published now cannot be opened; the version before it goes on answering.';
