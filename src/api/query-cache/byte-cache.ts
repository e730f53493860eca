import { SragError, throwIfAborted } from '../../core/index.ts';
import { decodeEntry, encodeEntry } from './entry.ts';
import { type CachedAnswer, type CacheUse, MAX_TTL_SECONDS, type QueryCache } from './port.ts';

/** Bytes by key: the interface of an adapter. */
export interface ByteStore {
  readonly id: string;
  read(key: string, signal: AbortSignal | undefined): Promise<Uint8Array | undefined>;
  /** `expiresAtSeconds` since 1970, for stores that delete expired entries. */
  write(
    key: string,
    bytes: Uint8Array,
    expiresAtSeconds: number,
    signal: AbortSignal | undefined,
  ): Promise<void>;
  use(): CacheUse;
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

  async get(
    key: string,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<CachedAnswer | undefined> {
    checkKey(key);
    throwIfAborted(signal);
    const bytes = await this.#store.read(key, signal);
    return bytes === undefined ? undefined : decodeEntry(bytes, this.#now());
  }

  async put(
    key: string,
    value: CachedAnswer,
    ttlSeconds: number,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    checkKey(key);
    checkTtl(ttlSeconds);
    throwIfAborted(signal);
    const expiresAtSeconds = Math.ceil(this.#now() / 1_000 + ttlSeconds);
    const bytes = encodeEntry(value, expiresAtSeconds);
    if (bytes !== undefined) await this.#store.write(key, bytes, expiresAtSeconds, signal);
  }

  use(): CacheUse {
    return this.#store.use();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

function checkKey(key: string): void {
  if (/^[0-9a-f]{64}$/.test(key)) return;
  throw new SragError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(key.slice(0, 80))} is not a key of the query cache.`,
    {
      remedy: 'Make keys with cacheKey.',
      fields: { field: 'key' },
    },
  );
}

function checkTtl(ttlSeconds: number): void {
  if (ttlSeconds > 0 && ttlSeconds <= MAX_TTL_SECONDS) return;
  throw new SragError('INVALID_ARGUMENT', `ttlSeconds is ${ttlSeconds}.`, {
    remedy: `Use a number of seconds over 0 up to ${MAX_TTL_SECONDS}.`,
    fields: { field: 'ttlSeconds', value: ttlSeconds },
  });
}
