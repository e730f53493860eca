/** What was made for a question, kept for the next one who asks it. */
export interface CachedAnswer {
  /** Hits, or an answer with its citations: anything that is JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  /** When it was made, milliseconds since 1970. */
  readonly createdAtMs: number;
}

/** What a cache has asked of its service so far, in the units that are billed. */
export interface CacheUse {
  /** Read request units of DynamoDB (half a unit for 4 KB), GET requests of S3; 0 in memory. */
  readonly reads: number;
  /** Write request units of DynamoDB (one for 1 KB), PUT requests of S3; 0 in memory. */
  readonly writes: number;
}

/**
 * Answers by key, each for a time. What has expired is not given, whether or not it is still stored.
 * Errors: INVALID_ARGUMENT; of the service THROTTLED, ACCESS_DENIED, AWS_UNAVAILABLE, AWS_REFUSED (a table that does
 * not exist), those of the storage; CANCELLED.
 */
export interface QueryCache {
  /** As it was named, for example `dynamodb:answers`. */
  readonly id: string;
  /** `key` is of `cacheKey`. */
  get(key: string, options?: { readonly signal?: AbortSignal }): Promise<CachedAnswer | undefined>;
  /** Keeps a value; one of more than 400,000 bytes of JSON is not kept, which is no error. */
  put(
    key: string,
    value: CachedAnswer,
    ttlSeconds: number,
    options?: { readonly signal?: AbortSignal },
  ): Promise<void>;
  use(): CacheUse;
  close(): Promise<void>;
}

/** Most bytes of a value's JSON: with key, names and the worst of gzip an item stays below DynamoDB's 400 KB. */
export const MAX_VALUE_BYTES = 400_000;
/** Longest time that a value may be kept: 30 days. */
export const MAX_TTL_SECONDS = 30 * 86_400;
