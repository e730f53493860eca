/** Cache limits and location of an opened index. */
export interface CacheOptions {
  /** Size limit of records or vectors in memory; default 64 MiB. */
  readonly memoryBytes?: number;
  /** Folder that `hydrate` fills and processes share, for example `/tmp/srag`; none by default. */
  readonly folder?: string;
  /** Size limit of the folder, for all indexes together; default 512 MiB. */
  readonly folderBytes?: number;
}

export interface ReaderOptions {
  readonly cache?: CacheOptions;
}

/** Mode of the next searches. The data that they need is read while the question is being embedded. */
export type Prefetch = 'vector' | 'lexical' | 'hybrid';

/** Sections in the cold-start copy, which is read before the published version is known. */
export interface ColdCopy {
  readonly directory: Uint8Array;
  /** All codes, or the leaves if there are many codes. */
  readonly scanned: Uint8Array;
  /** Frees the memory after the copy was consumed. */
  readonly release?: (() => void) | undefined;
}
