import type { CollectionSettings, Hit, StorageUse } from '../../core/index.ts';
import type { Prefetch } from '../../indexes/index.ts';
import type { SearchedIndex, SearchedVersion } from '../../query/retrieval/index.ts';

/** Tells the operator what went wrong beside a request. */
export type Warn = (message: string, details: Readonly<Record<string, unknown>>) => void;

/** A version of an index as a service uses it. */
export interface OpenedVersion extends SearchedVersion {
  /** Chunks by id, in the order of `ids`; unknown ids are left out. `told` is what was read, where the kind counts it. */
  chunks(
    ids: readonly string[],
    signal?: AbortSignal,
    told?: (use: StorageUse) => void,
  ): Promise<readonly Hit[]>;
}

/** An opened index as a service uses it. */
export interface OpenedIndex extends SearchedIndex, OpenedVersion {
  current?(): OpenedVersion;
  /** Reads ahead all that searches need, where the kind can. */
  hydrate?(signal?: AbortSignal): Promise<unknown>;
}

/** Which index is opened. */
export interface IndexChoice {
  readonly collection: string;
  /** KIND or KIND@VERSION; default: the published version. */
  readonly index?: string | undefined;
  /** What its first search will ask for, once that is known. */
  readonly prefetch?: Promise<Prefetch> | undefined;
  /** Told once where what is published cannot be followed. */
  readonly warn?: Warn | undefined;
}

/** Where a service's indexes come from. An engine knows a location and the kinds that it can open. */
export interface Engine {
  /**
   * Settings of a collection. `told` is what was read for them, where the engine counts it: beside the opening of an
   * index, whose waves are its own.
   * @throws UNKNOWN_COLLECTION
   */
  collection(name: string, told?: (use: StorageUse) => void): Promise<CollectionSettings>;
  /** What the collection remembers of its embedder's settings. */
  embedderSettings(collection: CollectionSettings): Promise<Readonly<Record<string, unknown>>>;
  /** @throws NO_INDEX, UNKNOWN_INDEX_KIND, UNKNOWN_INDEX_VERSION, UNSUPPORTED for a kind it cannot open. */
  open(choice: IndexChoice): Promise<OpenedIndex>;
  close(): Promise<void>;
}
