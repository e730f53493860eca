import type { Chunk, CollectionSettings, FieldTypes, Hit, JsonValue } from '../../core/index.ts';
import { fieldValues, type StoredChunk } from '../../corpus/index.ts';
import { shortest } from '../shortest.ts';
import { filterField } from './filter-query.ts';
import { hashOf } from './layout.ts';

/** A row of an index, as stored by the server. Fields that are only returned are not indexed. */
export interface IndexRow {
  readonly ordinal: number;
  readonly chunk: Omit<Chunk, 'ordinal' | 'tokens'>;
}

/** A found row and its score; rows that are found by id have none. */
export interface FoundRow {
  readonly _source: IndexRow;
  readonly _score: number | null;
}

/**
 * Indexed part of a string. Filters are shorter, so equality and order are decided within it; Lucene refuses
 * terms of more than 32,766 bytes.
 */
const INDEXED_LENGTH = 2_001;

const FIELD_TYPES = {
  string: 'keyword',
  'string[]': 'keyword',
  number: 'double',
  boolean: 'boolean',
} as const;

/** Mapping of all fields but the vector's. */
export const rowMapping = (fields: FieldTypes): Record<string, object> => ({
  /** Hashes of the ids of chunk and document. */
  key: { type: 'keyword' },
  document: { type: 'keyword' },
  ordinal: { type: 'integer' },
  terms: { type: 'text', analyzer: 'terms', index_options: 'freqs' },
  chunk: { type: 'object', enabled: false },
  ...Object.fromEntries(
    Object.entries(fields).map(([name, type]) => [filterField(name), { type: FIELD_TYPES[type] }]),
  ),
});

/** A chunk as a row of the index. */
export function rowOf({ chunk, terms, vector }: StoredChunk, { fields }: CollectionSettings): object {
  const { ordinal, tokens, ...stored } = chunk;
  const values = Object.entries(fieldValues(chunk.metadata, fields));
  return {
    key: hashOf(chunk.id),
    document: hashOf(chunk.documentId),
    ordinal,
    chunk: stored,
    terms,
    ...Object.fromEntries(values.map(([name, value]) => [filterField(name), indexedValue(value)])),
    ...(vector && { v: Array.from(vector, shortest) }),
  };
}

function indexedValue(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(indexedValue);
  return typeof value === 'string' ? value.slice(0, INDEXED_LENGTH).toWellFormed() : (value as JsonValue);
}

/** A found row as a hit; its scores are set later. */
export const hitOf = ({ _source: { ordinal, chunk } }: FoundRow): Hit => ({
  ...chunk,
  ordinal,
  score: Number.NaN,
  scores: {},
});
