import { messageOf, PeriodicCheck } from '../../core/index.ts';
import { REFRESH_MS } from '../../indexes/index.ts';
import type { OpenedIndex, OpenedVersion, Warn } from './engine.ts';
import { closeLater } from './linger.ts';

/** Options of {@link FollowedIndex}. */
export interface FollowedIndexOptions {
  /** The version that is published now. @throws NO_INDEX */
  readonly published: () => Promise<{ readonly kind: string; readonly version: string }>;
  readonly open: (version: { readonly kind: string; readonly version: string }) => Promise<OpenedIndex>;
  /** Called once per distinct failure to follow; requests continue with the open version. */
  readonly warn?: Warn | undefined;
  /** Milliseconds; default `steadyNow`. */
  readonly now?: () => number;
}

/**
 * The published index of a collection, of any kind. {@link FollowedIndex.current} checks in the background, at most
 * every ten seconds, whether another version was published, and opens it.
 */
export class FollowedIndex implements OpenedIndex {
  readonly #options: FollowedIndexOptions;
  #index: OpenedIndex;
  readonly #check: PeriodicCheck;

  private constructor(options: FollowedIndexOptions, index: OpenedIndex) {
    this.#options = options;
    this.#index = index;
    this.#check = new PeriodicCheck({
      check: () => this.#openPublished(),
      everyMs: REFRESH_MS,
      onFailure: (error) => options.warn?.(NOT_FOLLOWED, { reason: messageOf(error) }),
      now: options.now,
    });
  }

  /** @throws NO_INDEX and the errors of opening an index */
  static async open(options: FollowedIndexOptions): Promise<FollowedIndex> {
    return new FollowedIndex(options, await options.open(await options.published()));
  }

  get manifest(): OpenedIndex['manifest'] {
    return this.#index.manifest;
  }

  current(): OpenedVersion {
    const index = this.#index;
    this.#check.checkInBackground();
    return index;
  }

  search(...args: Parameters<OpenedIndex['search']>): ReturnType<OpenedIndex['search']> {
    return this.current().search(...args);
  }

  neighbours(...args: Parameters<OpenedIndex['neighbours']>): ReturnType<OpenedIndex['neighbours']> {
    return this.current().neighbours(...args);
  }

  chunks(...args: Parameters<OpenedIndex['chunks']>): ReturnType<OpenedIndex['chunks']> {
    return this.current().chunks(...args);
  }

  async hydrate(signal?: AbortSignal): Promise<unknown> {
    return this.#index.hydrate?.(signal);
  }

  async close(): Promise<void> {
    await this.#check.settled();
    await this.#index.close();
  }

  async #openPublished(): Promise<void> {
    const { published, open } = this.#options;
    const { kind, version } = await published();
    const old = this.#index;
    if (kind === old.manifest.kind && version === old.manifest.version) return;
    this.#index = await open({ kind, version });
    closeLater(() => old.close());
  }
}

/** Warning when the published version cannot be opened. */
export const NOT_FOLLOWED =
  'The published version cannot be opened; the previous version continues to answer.';
