/** A range of an object: `length` bytes from `offset`. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** A condition on the current object: it does not exist, or it has this ETag. */
export type WriteCondition = { readonly ifNoneMatch: '*' } | { readonly ifMatch: string };

export interface ReadOptions {
  /** Read only this range; it must lie within the object. */
  readonly range?: ByteRange;
  /** Fail with CONDITION_FAILED unless the object still has this ETag. */
  readonly ifMatch?: string;
  /** Fail with NOT_MODIFIED, without a transfer, if the object still has this ETag. */
  readonly ifNoneMatch?: string;
  readonly signal?: AbortSignal;
  /**
   * Called with the range's bytes as they arrive and their offset in the range, so that they need not all be
   * in memory. The bytes are invalid after it returns, and the read may still fail. Storages that support it
   * set `taken`; others ignore it.
   */
  readonly take?: (offset: number, bytes: Uint8Array) => void;
}

export interface StoredObject {
  readonly bytes: Uint8Array;
  /** Number of bytes passed to `take`; `bytes` is then empty. */
  readonly taken?: number;
  /** Opaque; changes with the content. */
  readonly etag: string;
  /** Frees the memory of `bytes` before garbage collection; do not use them afterwards. Absent if unsupported. */
  readonly release?: () => void;
}

export interface ListOptions {
  /** List each folder below the prefix's folder as one entry, with the folder's path and a slash as its key. */
  readonly foldersAsOne?: boolean | undefined;
}

export interface ObjectInfo {
  readonly key: string;
  readonly sizeBytes: number;
}

/**
 * Stores objects under keys, relative to a location. Writes are atomic, even if the process crashes. Errors:
 * OBJECT_NOT_FOUND, CONDITION_FAILED, NOT_MODIFIED, INVALID_ARGUMENT (a bad key or range), ACCESS_DENIED,
 * CREDENTIALS_MISSING, BUCKET_MISSING, LOCATION_NOT_WRITABLE, DISK_FULL, STORAGE_UNAVAILABLE, CANCELLED.
 */
export interface ObjectStorage {
  /** The location as the user wrote it. */
  readonly location: string;
  read(key: string, options?: ReadOptions): Promise<StoredObject>;
  /** Writes the whole object and returns its new ETag. */
  write(key: string, bytes: Uint8Array, condition?: WriteCondition): Promise<string>;
  /** Objects whose key starts with `prefix`, in key order. */
  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo>;
  /** Deletes objects; missing keys are not an error. */
  delete(keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
