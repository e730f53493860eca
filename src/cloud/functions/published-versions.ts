import { collectionPrefix, SragError, type StorageUse, steadyNow } from '../../core/index.ts';
import { POINTER_KEY, parsePointer, type RangeSource, REFRESH_MS } from '../../indexes/index.ts';

/** The index version that a collection answers from, for the key of a cached answer: one small read now and then. */
export class PublishedVersions {
  readonly #storage: RangeSource;
  readonly #known = new Map<string, { readonly at: number; readonly found: Promise<PublishedVersion> }>();

  constructor(storage: RangeSource) {
    this.#storage = storage;
  }

  /**
   * Undefined where nothing is published, or no such collection is there: which of them, a search tells. `told` is what
   * had to be read.
   */
  async of(collection: string, told?: (use: StorageUse) => void): Promise<PublishedVersion | undefined> {
    try {
      return await this.#read(collection, told);
    } catch (error) {
      if (error instanceof SragError && error.code === 'OBJECT_NOT_FOUND') return undefined;
      throw error;
    }
  }

  #read(collection: string, told?: (use: StorageUse) => void): Promise<PublishedVersion> {
    const known = this.#known.get(collection);
    if (known !== undefined && steadyNow() - known.at < REFRESH_MS) return known.found;
    const key = collectionPrefix(collection) + POINTER_KEY;
    const found = this.#storage.read(key).then(({ bytes }) => {
      told?.({ reads: 1, bytes: bytes.length, waves: 1, cacheHits: 0 });
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
