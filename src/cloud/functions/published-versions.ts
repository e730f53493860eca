import { collectionPrefix, type StorageUse, steadyNow, undefinedIf } from '../../core/index.ts';
import { POINTER_KEY, parsePointer, type RangeSource, REFRESH_MS } from '../../indexes/index.ts';

/**
 * The published index version of a collection, for the keys of cached answers. It is read again from time to
 * time.
 */
export class PublishedVersions {
  readonly #storage: RangeSource;
  readonly #known = new Map<string, { readonly at: number; readonly found: Promise<PublishedVersion> }>();

  constructor(storage: RangeSource) {
    this.#storage = storage;
  }

  /**
   * The published version; undefined if nothing is published or the collection does not exist, which a search
   * will report. `onUsage` is called with the storage reads.
   */
  async of(collection: string, onUsage?: (use: StorageUse) => void): Promise<PublishedVersion | undefined> {
    return this.#read(collection, onUsage).catch(undefinedIf('OBJECT_NOT_FOUND'));
  }

  #read(collection: string, onUsage?: (use: StorageUse) => void): Promise<PublishedVersion> {
    const known = this.#known.get(collection);
    if (known !== undefined && steadyNow() - known.at < REFRESH_MS) return known.found;
    const key = collectionPrefix(collection) + POINTER_KEY;
    const found = this.#storage.read(key).then(({ bytes }) => {
      onUsage?.({ reads: 1, bytes: bytes.length, waves: 1, cacheHits: 0 });
      const { kind, version } = parsePointer(bytes, key);
      return { kind, version };
    });
    found.catch(() => this.#known.delete(collection));
    this.#known.set(collection, { at: steadyNow(), found });
    return found;
  }
}

interface PublishedVersion {
  readonly kind: string;
  readonly version: string;
}
