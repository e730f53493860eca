import { WaveCounter } from '../../core/index.ts';
import type {
  ByteRange,
  ListOptions,
  ObjectInfo,
  ObjectStorage,
  ReadOptions,
  StoredObject,
  WriteCondition,
} from './port.ts';

/** Requests to a storage. Each call of the port counts as one request, even a list of several pages. */
export interface StorageCounts {
  readonly reads: number;
  readonly writes: number;
  readonly lists: number;
  readonly deletes: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Largest number of requests no two of which overlap in time. */
  readonly waves: number;
}

/** A storage that counts its requests. */
export interface CountedStorage extends ObjectStorage {
  counts(): StorageCounts;
  /** Resets all counts to zero. Requests in flight are counted when they end. */
  reset(): void;
}

/** Wraps `storage` to count requests, including failed ones, bytes and waves. */
export const countRequests = (storage: ObjectStorage): CountedStorage => new CountingStorage(storage);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
const zero = (): Mutable<Omit<StorageCounts, 'waves'>> => ({
  reads: 0,
  writes: 0,
  lists: 0,
  deletes: 0,
  bytesRead: 0,
  bytesWritten: 0,
});

class CountingStorage implements CountedStorage {
  readonly #inner: ObjectStorage;
  #counts = zero();
  readonly #waves = new WaveCounter();

  constructor(inner: ObjectStorage) {
    this.#inner = inner;
  }

  get location(): string {
    return this.#inner.location;
  }

  counts(): StorageCounts {
    return { ...this.#counts, waves: this.#waves.waves };
  }

  reset(): void {
    this.#counts = zero();
    this.#waves.reset();
  }

  async read(key: string, options?: ReadOptions & { readonly range?: ByteRange }): Promise<StoredObject> {
    const object = await this.#counted('reads', () => this.#inner.read(key, options));
    this.#counts.bytesRead += object.bytes.length;
    return object;
  }

  async write(key: string, bytes: Uint8Array, condition?: WriteCondition): Promise<string> {
    this.#counts.bytesWritten += bytes.length;
    return this.#counted('writes', () => this.#inner.write(key, bytes, condition));
  }

  async *list(prefix: string, options?: ListOptions): AsyncGenerator<ObjectInfo> {
    const start = this.#waves.started();
    try {
      yield* this.#inner.list(prefix, options);
    } finally {
      this.#ended('lists', start);
    }
  }

  delete(keys: readonly string[]): Promise<void> {
    return this.#counted('deletes', () => this.#inner.delete(keys));
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #counted<T>(kind: 'reads' | 'writes' | 'deletes', work: () => Promise<T>): Promise<T> {
    const start = this.#waves.started();
    try {
      return await work();
    } finally {
      this.#ended(kind, start);
    }
  }

  #ended(kind: 'reads' | 'writes' | 'lists' | 'deletes', start: number): void {
    this.#counts[kind]++;
    this.#waves.ended(start);
  }
}
