/** A cached result of a question. */
export interface CachedAnswer {
  /** Hits, or an answer with its citations: any JSON value. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Creation time, milliseconds since 1970. */
  readonly createdAtMs: number;
}

/** Usage of the cache's service, in billed units. */
export interface CacheUse {
  /** DynamoDB: read request units (half a unit for 4 KB). S3: GET requests. Memory: 0. */
  readonly reads: number;
  /** DynamoDB: write request units (one for 1 KB). S3: PUT requests. Memory: 0. */
  readonly writes: number;
}

/** Options of a call of the cache. */
export interface CacheCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Receives the usage of the call. */
  readonly onUsage?: ((use: CacheUse) => void) | undefined;
}

/**
 * Caches answers by key for a limited time. Expired entries are never returned, even if they are still
 * stored. Errors: INVALID_ARGUMENT, CANCELLED; from the service, THROTTLED, ACCESS_DENIED, AWS_UNAVAILABLE
 * and AWS_REFUSED (for example, the table does not exist); and the errors of the storage.
 */
export interface QueryCache {
  /** Name of the cache in the configuration, for example `dynamodb:answers`. */
  readonly id: string;
  /** `key` comes from `cacheKey`. */
  get(key: string, options?: CacheCallOptions): Promise<CachedAnswer | undefined>;
  /** Stores a value. A value whose JSON exceeds 400,000 bytes is silently ignored. */
  put(key: string, value: CachedAnswer, ttlSeconds: number, options?: CacheCallOptions): Promise<void>;
  close(): Promise<void>;
}

/** Maximum bytes of a value's JSON. With key, names and gzip's overhead, it fits into DynamoDB's 400 KB. */
export const MAX_VALUE_BYTES = 400_000;
/** Maximum time to live: 30 days. */
export const MAX_TTL_SECONDS = 30 * 86_400;
