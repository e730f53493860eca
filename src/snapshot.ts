/**
 * The exports of `srag/snapshot`: the whole query path of the snapshot index, for your own functions, without
 * native code, LanceDB or the AWS SDK.
 */

import { SigningKey, type SigningKeySource } from './indexes/signing-key.ts';
import { type OpenSearcherOptions, PublishedSearcher } from './indexes/snapshot/published-searcher.ts';
import type { RangeSource } from './indexes/snapshot/reading/reliable-reads.ts';
import { FileStorage } from './io/storage/file/storage.ts';
import { SignedReads, type SignedReadsSettings } from './io/storage/s3/signed-reads.ts';

/** Opens the published snapshot index of a collection with one read. Close it when done. */
export const openSearcher = (options: OpenSearcherOptions): Promise<PublishedSearcher> =>
  PublishedSearcher.open(options);

/**
 * Creates the key for {@link OpenSearcherOptions.signing} from a text.
 * @throws INVALID_CONFIG if the text has fewer than 32 characters
 */
export const signingKey = (text: string): SigningKeySource => {
  const key = SigningKey.fromText(text, 'signingKey');
  return async () => key;
};

/** A folder on disk as storage for {@link openSearcher}. */
export const fileStorage = (path: string): RangeSource => new FileStorage(path);

/** An S3 bucket as storage for {@link openSearcher}; signs its requests without the AWS SDK. */
export const signedS3 = (settings: SignedReadsSettings): SignedReads => new SignedReads(settings);

export type { Filter, Hit, SearchQuery, SearchResult, SearchTrace } from './core/index.ts';
export { SragError } from './core/index.ts';
export type { PublishedPointer } from './indexes/pointer.ts';
export type { SigningKeySource } from './indexes/signing-key.ts';
export type { OpenSearcherOptions, PublishedSearcher } from './indexes/snapshot/published-searcher.ts';
export type { HydrationReport } from './indexes/snapshot/query/hydrate.ts';
export type { RangeSource } from './indexes/snapshot/reading/reliable-reads.ts';
export type { SignedReads, SignedReadsSettings } from './io/storage/s3/signed-reads.ts';
