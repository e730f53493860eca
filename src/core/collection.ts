import { SragError } from './errors.ts';
import type { FieldTypes } from './filter.ts';
import type { Metric } from './similarity.ts';

/** How documents are cut into chunks. */
export interface ChunkerSettings {
  /** Changes whenever the same document could give other chunks. */
  readonly version: number;
  /** Most estimated tokens of a chunk. Larger keeps context together; smaller points more exactly. */
  readonly maxTokens: number;
  /** Estimated tokens repeated from the previous chunk of the same section. */
  readonly overlapTokens: number;
}

/** What a collection is made with; fixed at its first ingest and stored beside the corpus. */
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

/** What a collection may be called. */
export const COLLECTION_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** Folders beside the collections: documents to ingest, and cached answers. Nothing may be ingested into these names. */
export const RESERVED_NAMES: readonly string[] = ['documents', 'query-cache'];

/** Key prefix of a collection's objects. @throws INVALID_ARGUMENT for a name that cannot be one. */
export function collectionPrefix(name: string): string {
  if (!COLLECTION_NAME.test(name)) {
    throw new SragError('INVALID_ARGUMENT', `'${name}' cannot be the name of a collection.`, {
      remedy: 'Use 1 to 63 lower-case letters, digits, - and _, starting with a letter or digit.',
      fields: { field: 'collection', value: name },
    });
  }
  return `${name}/`;
}
