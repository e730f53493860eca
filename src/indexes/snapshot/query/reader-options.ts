/** What an opened index may keep, and where. */
export interface CacheOptions {
  /** Most bytes of records or vectors in memory; default 64 MiB. */
  readonly memoryBytes?: number;
  /** Folder that `hydrate` fills, shared by processes, for example `/tmp/srag`; none by default. */
  readonly folder?: string;
  /** Most bytes in the folder, of all indexes together; default 512 MiB. */
  readonly folderBytes?: number;
}

export interface ReaderOptions {
  readonly cache?: CacheOptions;
}

/** What searches will ask for, so that it is read while the question is still being embedded. */
export type Prefetch = 'vector' | 'lexical' | 'hybrid';

/** Sections that were read before the version was known. */
export interface ColdCopy {
  readonly directory: Uint8Array;
  /** All codes, or the leaves where codes are many. */
  readonly scanned: Uint8Array;
  /** Gives its memory back, once it has been taken over. */
  readonly release?: (() => void) | undefined;
}
