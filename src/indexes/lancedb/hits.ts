import type { RecordBatch } from 'apache-arrow';
import type { Hit, Metadata } from '../../core/index.ts';
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
  const text = (name: string) => batch.column<string>(name);
  const number = (name: string) => batch.column<number>(name);
  const optional = <T>(name: string) => (batch.has(name) ? batch.column<T>(name) : () => null);
  const [id, documentId, title, body] = [text('id'), text('document_id'), text('title'), text('text')];
  const headingPath = batch.json<string[]>('heading_path', '[]');
  const metadata = batch.json<Metadata>('metadata', '{}');
  const [ordinal, start, end] = [number('ordinal'), number('start'), number('end')];
  const [distance, bm25, terms] = [
    optional<number>('_distance'),
    optional<number>('_score'),
    optional<string>('terms'),
  ];
  return Array.from({ length: batch.rows }, (_, row) => ({
    hit: {
      id: id(row) ?? '',
      documentId: documentId(row) ?? '',
      ordinal: ordinal(row) ?? 0,
      title: title(row) ?? '',
      text: body(row) ?? '',
      start: start(row) ?? 0,
      end: end(row) ?? 0,
      headingPath: headingPath(row),
      metadata: metadata(row),
      score: Number.NaN,
      scores: {},
    },
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
