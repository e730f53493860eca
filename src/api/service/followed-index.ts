import { messageOf, PeriodicCheck } from '../../core/index.ts';
import { REFRESH_MS } from '../../indexes/index.ts';
import type { OpenedIndex, OpenedVersion, Warn } from './engine.ts';
import { closeLater } from './linger.ts';

/** What {@link FollowedIndex} follows. */
export interface FollowedIndexOptions {
  /** What is published now. @throws NO_INDEX */
  readonly published: () => Promise<{ readonly kind: string; readonly version: string }>;
  readonly open: (version: { readonly kind: string; readonly version: string }) => Promise<OpenedIndex>;
  /** Told once of each failure to follow; requests go on with the version that is open. */
  readonly warn?: Warn | undefined;
  /** Milliseconds; default `steadyNow`. */
  readonly now?: () => number;
}

/**
 * What is published in a collection, of whatever kind: asked for its current version it looks, at most every ten
 * seconds and beside the request, whether another one was published, and opens that.
 */
export class FollowedIndex implements OpenedIndex {
  readonly #options: FollowedIndexOptions;
  #index: OpenedIndex;
  readonly #looking: PeriodicCheck;

  private constructor(options: FollowedIndexOptions, index: OpenedIndex) {
    this.#options = options;
    this.#index = index;
    this.#looking = new PeriodicCheck({
      check: () => this.#look(),
      everyMs: REFRESH_MS,
      onFailure: (error) => options.warn?.(NOT_FOLLOWED, { reason: messageOf(error) }),
      now: options.now,
    });
  }

  /** @throws NO_INDEX, and those of opening. */
  static async open(options: FollowedIndexOptions): Promise<FollowedIndex> {
    return new FollowedIndex(options, await options.open(await options.published()));
  }

  get manifest(): OpenedIndex['manifest'] {
    return this.#index.manifest;
  }

  current(): OpenedVersion {
    const index = this.#index;
    this.#looking.beside();
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

  async close(): Promise<void> {
    await this.#looking.settled();
    await this.#index.close();
  }

  async #look(): Promise<void> {
    const { published, open } = this.#options;
    const { kind, version } = await published();
    const old = this.#index;
    if (kind === old.manifest.kind && version === old.manifest.version) return;
    this.#index = await open({ kind, version });
    closeLater(() => old.close());
  }
}

/** What is said of a published version that cannot be followed. */
export const NOT_FOLLOWED =
  'What is published now cannot be opened; the version before it goes on answering.';
