import { SragError, undefinedIf, withoutTrailingSlashes } from '../../../core/index.ts';
import type { ByteStore } from '../byte-cache.ts';
import type { CacheParts, CacheStorage } from '../cache-parts.ts';
import type { CacheCallOptions } from '../port.ts';

/**
 * Stores one object per value below a prefix of the location. The bucket's lifecycle rule deletes expired objects.
 * Without the permission s3:ListBucket, S3 reports a missing object as forbidden, and every miss becomes a failure.
 */
class StorageStore implements ByteStore {
  readonly id: string;
  readonly #prefix: string;
  readonly #storage: CacheStorage;

  constructor(prefix: string, storage: CacheStorage) {
    this.id = `s3:${prefix}`;
    this.#prefix = prefix;
    this.#storage = storage;
  }

  async read(key: string, { signal, onUsage }: CacheCallOptions): Promise<Uint8Array | undefined> {
    onUsage?.({ reads: 1, writes: 0 });
    const found = await this.#storage
      .read(this.#name(key), signal === undefined ? {} : { signal })
      .catch(undefinedIf('OBJECT_NOT_FOUND'));
    return found?.bytes;
  }

  async write(
    key: string,
    bytes: Uint8Array,
    _expiresAtSeconds: number,
    { onUsage }: CacheCallOptions,
  ): Promise<void> {
    onUsage?.({ reads: 0, writes: 1 });
    await this.#storage.write(this.#name(key), bytes);
  }

  /** The caller closes the storage. */
  async close(): Promise<void> {}

  #name(key: string): string {
    return `${this.#prefix}/${key}.json.gz`;
  }
}

/** @throws INVALID_CONFIG for an invalid prefix, or without a storage */
export async function open(prefix: string, { storage }: CacheParts): Promise<ByteStore> {
  const trimmed = withoutTrailingSlashes(prefix);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/.test(trimmed)) {
    throw new SragError('INVALID_CONFIG', `'${prefix}' is not a valid prefix below the location.`, {
      remedy: 'Write s3:PREFIX, for example s3:query-cache.',
      fields: { path: 'SRAG_QUERY_CACHE', value: prefix },
    });
  }
  if (storage === undefined) {
    throw new SragError('INVALID_CONFIG', 'The query cache s3 needs the storage of the location.', {
      remedy: 'Pass a storage that can read and write.',
      fields: { path: 'SRAG_QUERY_CACHE', value: `s3:${prefix}` },
    });
  }
  return new StorageStore(trimmed, storage);
}
