/** A range of an object: `length` bytes from `offset`. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** A condition on the object as it is now: absent, or still the one with this ETag. */
export type WriteCondition = { readonly ifNoneMatch: '*' } | { readonly ifMatch: string };

export interface ReadOptions {
  /** Read only this range; it must lie within the object. */
  readonly range?: ByteRange;
  /** Fail with CONDITION_FAILED unless the object still has this ETag. */
  readonly ifMatch?: string;
  /** Fail with NOT_MODIFIED where the object still has this ETag: nothing is transferred then. */
  readonly ifNoneMatch?: string;
  readonly signal?: AbortSignal;
  /**
   * Takes the bytes of the range as they come, with their place in it, so that no memory is needed for all of them:
   * they are gone when it returns. A storage that does so says it with `taken`; others pass over it. Bytes of a read
   * that fails in the end may have been taken.
   */
  readonly take?: (offset: number, bytes: Uint8Array) => void;
}

export interface StoredObject {
  readonly bytes: Uint8Array;
  /** How many bytes `take` has had; `bytes` is empty then. */
  readonly taken?: number;
  /** Opaque; changes with the content. */
  readonly etag: string;
  /** Gives the memory of `bytes` back before the collector does: nobody may look at them any more. Not every storage can. */
  readonly release?: () => void;
}

export interface ListOptions {
  /** One entry for all objects in a folder below that of the prefix, with the folder's path and a slash as its key. */
  readonly foldersAsOne?: boolean | undefined;
}

export interface ObjectInfo {
  readonly key: string;
  readonly sizeBytes: number;
}

/**
 * Objects under keys, relative to a location. A written object is seen whole or not at all, also after a crash.
 * Errors: OBJECT_NOT_FOUND, CONDITION_FAILED, NOT_MODIFIED, INVALID_ARGUMENT (a bad key or range), ACCESS_DENIED,
 * CREDENTIALS_MISSING, BUCKET_MISSING, LOCATION_NOT_WRITABLE, DISK_FULL, STORAGE_UNAVAILABLE, CANCELLED.
 */
export interface ObjectStorage {
  /** The location as the user wrote it. */
  readonly location: string;
  read(key: string, options?: ReadOptions): Promise<StoredObject>;
  /** Writes the object whole and gives its new ETag. */
  write(key: string, bytes: Uint8Array, condition?: WriteCondition): Promise<string>;
  /** Objects whose key starts with `prefix`, in key order. */
  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo>;
  /** Deletes objects; a key that does not exist is no error. */
  delete(keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
