import { SragError, throwIfAborted } from '../../core/index.ts';
import { decodeEntry, encodeEntry } from './entry.ts';
import { type CacheCallOptions, type CachedAnswer, MAX_TTL_SECONDS, type QueryCache } from './port.ts';

/** A store of bytes by key, which each adapter implements. */
export interface ByteStore {
  readonly id: string;
  read(key: string, options: CacheCallOptions): Promise<Uint8Array | undefined>;
  /** `expiresAtSeconds` since 1970, for stores that delete expired entries. */
  write(key: string, bytes: Uint8Array, expiresAtSeconds: number, options: CacheCallOptions): Promise<void>;
  close(): Promise<void>;
}

/** A query cache over a byte store: validates arguments, encodes values and ignores expired entries. */
export class ByteCache implements QueryCache {
  readonly #store: ByteStore;
  readonly #now: () => number;

  constructor(store: ByteStore, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  get id(): string {
    return this.#store.id;
  }

  async get(key: string, options: CacheCallOptions = {}): Promise<CachedAnswer | undefined> {
    checkKey(key);
    throwIfAborted(options.signal);
    const bytes = await this.#store.read(key, options);
    return bytes === undefined ? undefined : decodeEntry(bytes, this.#now());
  }

  async put(
    key: string,
    value: CachedAnswer,
    ttlSeconds: number,
    options: CacheCallOptions = {},
  ): Promise<void> {
    checkKey(key);
    checkTtl(ttlSeconds);
    throwIfAborted(options.signal);
    const expiresAtSeconds = Math.ceil(this.#now() / 1_000 + ttlSeconds);
    const bytes = encodeEntry(value, expiresAtSeconds);
    if (bytes !== undefined) await this.#store.write(key, bytes, expiresAtSeconds, options);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

function checkKey(key: string): void {
  if (/^[0-9a-f]{64}$/.test(key)) return;
  throw new SragError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(key.slice(0, 80))} is not a valid key of the query cache.`,
    {
      remedy: 'Create keys with cacheKey.',
      fields: { field: 'key' },
    },
  );
}

function checkTtl(ttlSeconds: number): void {
  if (ttlSeconds > 0 && ttlSeconds <= MAX_TTL_SECONDS) return;
  throw new SragError('INVALID_ARGUMENT', `ttlSeconds is ${ttlSeconds}.`, {
    remedy: `Use a number of seconds greater than 0, at most ${MAX_TTL_SECONDS}.`,
    fields: { field: 'ttlSeconds', value: ttlSeconds },
  });
}
