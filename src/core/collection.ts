import { SragError } from './errors.ts';
import type { FieldTypes } from './filter.ts';
import type { Metric } from './similarity.ts';

/** How documents are split into chunks. */
export interface ChunkerSettings {
  /** Changes whenever the same document could yield different chunks. */
  readonly version: number;
  /** Maximum estimated tokens per chunk. Larger chunks keep context together; smaller ones are more exact. */
  readonly maxTokens: number;
  /** Estimated tokens repeated from the previous chunk of the same section. */
  readonly overlapTokens: number;
}

/** Settings of a collection; fixed at its first ingest and stored alongside the corpus. */
export interface CollectionSettings {
  readonly formatVersion: 1;
  readonly name: string;
  /** Id of the embedder, for example `none` or `bedrock-titan:amazon.titan-embed-text-v2:0:512`. */
  readonly embedder: string;
  /** Length of the vectors; 0 with embedder `none`. */
  readonly dimensions: number;
  readonly metric: Metric;
  readonly chunker: ChunkerSettings;
  readonly fields: FieldTypes;
}

/** Valid collection names. */
export const COLLECTION_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** Folders next to the collections (documents to ingest, cached answers); not valid as collection names. */
export const RESERVED_NAMES: readonly string[] = ['documents', 'query-cache'];

/** Key prefix of a collection's objects. @throws INVALID_ARGUMENT for an invalid name. */
export function collectionPrefix(name: string): string {
  if (!COLLECTION_NAME.test(name)) {
    throw new SragError('INVALID_ARGUMENT', `'${name}' is not a valid collection name.`, {
      remedy: 'Use 1 to 63 lower-case letters, digits, - and _, starting with a letter or digit.',
      fields: { field: 'collection', value: name },
    });
  }
  return `${name}/`;
}
