import type { AwsRpcSettings } from '../../io/remote/index.ts';
import type { ObjectStorage } from '../../io/storage/index.ts';

/** The operations of object storage that the cache uses. */
export type CacheStorage = Pick<ObjectStorage, 'read' | 'write'>;

/** Dependencies of the query cache adapters. */
export interface CacheParts {
  /** Connection settings of DynamoDB. */
  readonly aws?: AwsRpcSettings | undefined;
  /** Storage of the location, for `s3`. */
  readonly storage?: CacheStorage | undefined;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}
