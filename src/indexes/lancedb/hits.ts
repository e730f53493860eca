import type { RecordBatch } from 'apache-arrow';
import type { Hit } from '../../core/index.ts';
import { chunkReader } from '../../corpus/lancedb/rows.ts';
import { BatchReader } from '../../io/lance/index.ts';

/** Columns needed to build a hit. */
export const HIT_COLUMNS = [
  'id',
  'document_id',
  'ordinal',
  'title',
  'text',
  'start',
  'end',
  'heading_path',
  'metadata',
];

/** A row found by a search, with its sort key. */
export interface Candidate {
  readonly hit: Hit;
  /** 1 - score by the collection's metric; NaN for hits of a lexical search. */
  readonly distance: number;
  /** BM25 score; NaN for hits of a vector search. */
  readonly bm25: number;
  /** Analysed terms; empty for hits of a vector search. */
  readonly terms: string;
}

/** Reads the candidates of one result batch; their scores are set later. */
export function readCandidates(batch: BatchReader): Candidate[] {
  const optional = <T>(name: string) => (batch.has(name) ? batch.column<T>(name) : () => null);
  const chunk = chunkReader(batch);
  const [distance, bm25, terms] = [
    optional<number>('_distance'),
    optional<number>('_score'),
    optional<string>('terms'),
  ];
  return Array.from({ length: batch.rows }, (_, row) => ({
    hit: { ...chunk(row), score: Number.NaN, scores: {} },
    distance: distance(row) ?? Number.NaN,
    bm25: bm25(row) ?? Number.NaN,
    terms: terms(row) ?? '',
  }));
}

/** The candidates of a query. */
export async function collect(query: AsyncIterable<RecordBatch>): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for await (const batch of query) candidates.push(...readCandidates(new BatchReader(batch)));
  return candidates;
}
