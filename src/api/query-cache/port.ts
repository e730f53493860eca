/** A cached result of a question. */
export interface CachedAnswer {
  /** Hits, or an answer with its citations: any JSON value. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Creation time, milliseconds since 1970. */
  readonly createdAtMs: number;
}

/** Usage of the cache's service, in billed units. */
export interface CacheUse {
  /** Read request units of DynamoDB (half a unit for 4 KB), GET requests of S3; 0 in memory. */
  readonly reads: number;
  /** Write request units of DynamoDB (one for 1 KB), PUT requests of S3; 0 in memory. */
  readonly writes: number;
}

/** Options of a call of the cache. */
export interface CacheCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Receives the usage of the call. */
  readonly onUsage?: ((use: CacheUse) => void) | undefined;
}

/**
 * Caches answers by key for a limited time. Expired entries are never returned, even if they are still stored.
 * Errors: INVALID_ARGUMENT, CANCELLED; THROTTLED, ACCESS_DENIED, AWS_UNAVAILABLE, AWS_REFUSED (a table that does not
 * exist) of the service; the storage's errors.
 */
export interface QueryCache {
  /** Its name in the configuration, for example `dynamodb:answers`. */
  readonly id: string;
  /** `key` comes from `cacheKey`. */
  get(key: string, options?: CacheCallOptions): Promise<CachedAnswer | undefined>;
  /** Stores a value; silently ignores one of more than 400,000 bytes of JSON. */
  put(key: string, value: CachedAnswer, ttlSeconds: number, options?: CacheCallOptions): Promise<void>;
  close(): Promise<void>;
}

/** Maximum bytes of a value's JSON: with key, names and gzip's worst case an item stays below DynamoDB's 400 KB. */
export const MAX_VALUE_BYTES = 400_000;
/** Maximum time to live: 30 days. */
export const MAX_TTL_SECONDS = 30 * 86_400;
