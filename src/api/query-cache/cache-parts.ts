import type { AwsRpcSettings } from '../../io/remote/index.ts';
import type { ObjectStorage } from '../../io/storage/index.ts';

/** What a cache on object storage needs of it. */
export type CacheStorage = Pick<ObjectStorage, 'read' | 'write'>;

/** What adapters may need from outside. */
export interface CacheParts {
  /** How to reach DynamoDB. */
  readonly aws?: AwsRpcSettings | undefined;
  /** Storage of the location, for `s3`. */
  readonly storage?: CacheStorage | undefined;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}
