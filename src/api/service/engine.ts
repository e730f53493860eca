import type { CollectionSettings, StorageUse } from '../../core/index.ts';
import type { Prefetch } from '../../indexes/index.ts';
import type { SearchedIndex } from '../../query/retrieval/index.ts';

/** Warns the operator of a problem that does not fail a request. */
export type Warn = (message: string, details: Readonly<Record<string, unknown>>) => void;

/** An opened index as a service uses it. */
export interface OpenedIndex extends SearchedIndex {
  /** Prefetches everything that searches need, if the kind supports it. */
  hydrate?(signal?: AbortSignal): Promise<unknown>;
}

/** Selects an index. */
export interface IndexChoice {
  readonly collection: string;
  /** KIND or KIND@VERSION; default: the published version. */
  readonly index?: string | undefined;
  /** Resolves to the parts of the index that the first search will read. */
  readonly prefetch?: Promise<Prefetch> | undefined;
  /** Called once if a newly published version cannot be opened, so that the previous one stays in use. */
  readonly warn?: Warn | undefined;
}

/** Opens a service's indexes: those of one location and of the kinds that the engine supports. */
export interface Engine {
  /**
   * Reads the settings of a collection. `onUsage` receives the storage use if the engine counts it; its
   * `waves` is 0, because the index, which is opened in parallel, counts the waves.
   * @throws UNKNOWN_COLLECTION
   */
  collection(name: string, onUsage?: (use: StorageUse) => void): Promise<CollectionSettings>;
  /** The embedder settings stored with the collection. */
  embedderSettings(collection: CollectionSettings): Promise<Readonly<Record<string, unknown>>>;
  /** @throws NO_INDEX, UNKNOWN_INDEX_KIND, UNKNOWN_INDEX_VERSION, UNSUPPORTED for a kind it cannot open. */
  open(choice: IndexChoice): Promise<OpenedIndex>;
  close(): Promise<void>;
}
