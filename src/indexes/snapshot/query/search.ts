import {
  byScore,
  checkFilter,
  DEFAULT_FUSION,
  type FieldTypes,
  fitToMetric,
  fuse,
  type Hit,
  type HitScores,
  isTurnOver,
  nextTurn,
  normalise,
  type SearchQuery,
  type SearchResult,
  SragError,
  throwIfAborted,
  vectorLength,
} from '../../../core/index.ts';
import type { RecordView } from '../format/records.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import type { LexicalResult } from './lexical-search.ts';
import type { NearestRows } from './nearest-rows.ts';
import type { OpenedSnapshot } from './opened.ts';
import type { SnapshotParts } from './parts.ts';
import type { VectorResult } from './vector-search.ts';

/** Largest `topK`. */
const MAX_TOP_K = 1_000;
/** Target number of requests for hit records that no earlier stage has read. */
const HIT_REQUESTS = 8;

/** A found row before its record is read; until then the row number represents its id. */
interface FoundRow {
  readonly id: string;
  readonly row: number;
  readonly score: number;
  readonly scores: HitScores;
}

/** Vector, lexical or hybrid search; returns hits and a trace. */
export async function searchSnapshot(
  opened: OpenedSnapshot,
  parts: SnapshotParts,
  query: SearchQuery,
  parameters: Readonly<Record<string, number>>,
  context: ReadContext,
): Promise<SearchResult> {
  throwIfAborted(query.signal);
  const startedMs = performance.now();
  const question = query.vector === undefined ? undefined : checkedVector(opened, query.vector);
  const vector = question?.unit;
  checkQuery(parts, query);
  const filter = query.filter && checkFilter(query.filter, fieldsOf(opened));
  if (opened.header.rows === 0) return { hits: [], trace: { totalMs: 0, storage: context.meter.use } };
  const fusion = query.fusion ?? DEFAULT_FUSION;
  const isHybrid = vector !== undefined && query.text !== undefined;
  const depth = isHybrid ? Math.max(fusion.depth, query.topK) : query.topK;
  // Every mode needs the directory, so it is requested first. A failure is reported by the stage that uses it.
  parts.directory.prefetch(context).catch(() => {});
  const { nearest } = opened;
  const isMasked = query.text !== undefined || nearest === undefined;
  const masking = filter && isMasked ? parts.filters.mask(filter, context) : undefined;
  const [near, words] = await Promise.all([
    vector &&
      (nearest === undefined
        ? searchVector(parts, { vector, topK: query.topK, depth }, parameters, masking, context)
        : searchElsewhere(nearest, { vector, depth, filter, signal: query.signal })),
    query.text === undefined
      ? undefined
      : searchText(parts, { text: query.text, depth, rescore: query.rescore !== false }, masking, context),
  ]);
  throwIfAborted(query.signal);
  const byVector = near?.result.rows.map(scaled(question!.length)) ?? [];
  const byWords = words?.result.rows.map(({ row, score }) => found(row, score, { lexical: score })) ?? [];
  const ranked = isHybrid ? fuse(byVector, byWords, fusion) : vector === undefined ? byWords : byVector;
  const fetchStartedMs = performance.now();
  const hits = await toHits(
    opened,
    parts,
    ranked.slice(0, query.topK),
    [near?.result, words?.result],
    context,
  );
  const endedMs = performance.now();
  return {
    hits,
    trace: {
      vectorMs: near?.elapsedMs,
      ...(words && { lexicalMs: words.elapsedMs, rescoreMs: words.result.rescoreMs }),
      fetchMs: endedMs - fetchStartedMs,
      totalMs: endedMs - startedMs,
      storage: context.meter.use,
      details: near?.result.details,
    },
  };
}

/** Converts a row's score for the question's unit vector to the score for its original vector. */
const scaled =
  (length: number) =>
  ({ row, score }: { readonly row: number; readonly score: number }): FoundRow =>
    found(row, length * score, { vector: length * score });

const found = (row: number, score: number, scores: HitScores): FoundRow => ({
  id: String(row).padStart(10, '0'),
  row,
  score,
  scores,
});

interface Timed<T> {
  readonly result: T;
  readonly elapsedMs: number;
}

async function searchVector(
  parts: SnapshotParts,
  request: { vector: Float32Array; topK: number; depth: number },
  parameters: Readonly<Record<string, number>>,
  masking: ReturnType<SnapshotParts['filters']['mask']> | undefined,
  context: ReadContext,
): Promise<Timed<VectorResult>> {
  const startedMs = performance.now();
  const search = parts.vector!;
  const prefetching = masking === undefined ? undefined : search.prefetch(context);
  const [mask] = await Promise.all([masking, prefetching]);
  const result = await search.search(
    {
      ...request,
      rerank: parameters.rerank!,
      window: parameters.window! / 100,
      nprobes: parameters.nprobes!,
      mask,
    },
    context,
  );
  return { result, elapsedMs: performance.now() - startedMs };
}

async function searchElsewhere(
  nearest: NearestRows,
  request: Parameters<NearestRows['search']>[0],
): Promise<Timed<VectorResult>> {
  const startedMs = performance.now();
  const found = await nearest.search(request);
  return { result: { ...found, records: new Map() }, elapsedMs: performance.now() - startedMs };
}

async function searchText(
  parts: SnapshotParts,
  request: { readonly text: string; readonly depth: number; readonly rescore: boolean },
  masking: ReturnType<SnapshotParts['filters']['mask']> | undefined,
  context: ReadContext,
): Promise<Timed<LexicalResult>> {
  const startedMs = performance.now();
  const search = parts.lexical!;
  const mask = await masking;
  const result = await search.search({ ...request, mask }, context);
  return { result, elapsedMs: performance.now() - startedMs };
}

/** Converts ranked rows to hits. Fetches the records that no search has read. */
async function toHits(
  opened: OpenedSnapshot,
  parts: SnapshotParts,
  ranked: readonly FoundRow[],
  results: readonly ({ readonly records: ReadonlyMap<number, RecordView> } | undefined)[],
  context: ReadContext,
): Promise<Hit[]> {
  const known = (row: number): RecordView | undefined => {
    for (const result of results) {
      const record = result?.records.get(row);
      if (record !== undefined) return record;
    }
    return undefined;
  };
  const missing = ranked.filter(({ row }) => known(row) === undefined).map(({ row }) => row);
  const views = missing.length === 0 ? [] : await parts.records.views(missing, HIT_REQUESTS, context);
  const read = new Map(missing.map((row, index) => [row, views[index]!]));
  const hits: Hit[] = [];
  for (const { row, score, scores } of ranked) {
    if (isTurnOver()) await nextTurn();
    const record = known(row) ?? read.get(row)!;
    hits.push({ ...record.payload(opened.symbols), score, scores });
  }
  // Break ties by id; until here, row numbers represented ids.
  return hits.sort(byScore);
}

/** The question's vector at unit length, which preserves the ranking, and the length by which to scale its scores. */
function checkedVector(
  opened: OpenedSnapshot,
  vector: Float32Array,
): { readonly unit: Float32Array; readonly length: number } {
  const { nearest, header } = opened;
  const { metric } = header.collection;
  const expected = nearest?.dimensions ?? header.collection.dimensions;
  if (header.vectors === undefined && nearest === undefined) {
    throw new SragError('NO_EMBEDDER', 'The index contains no vectors.', {
      remedy: 'Search with text, or build the index from a collection with an embedder.',
    });
  }
  if (vector.length !== expected) {
    throw new SragError(
      'DIMENSION_MISMATCH',
      `The question's vector has ${vector.length} dimensions, but the index has ${expected}.`,
      {
        remedy: 'Embed the question with the embedder of the collection.',
        fields: { expected, actual: vector.length },
      },
    );
  }
  const what = "question's vector";
  const length = metric === 'cosine' ? 1 : vectorLength(fitToMetric(vector, metric, what));
  return { unit: normalise(vector.slice(), what), length };
}

/** Filterable fields, from the columns: units' checksums protect these, not the collection's settings. */
const fieldsOf = ({ header }: OpenedSnapshot): FieldTypes =>
  Object.fromEntries(header.columns.map(({ name, type }) => [name, type]));

/** Validated here because callers of `srag/snapshot` bypass the retriever. */
function checkQuery(parts: SnapshotParts, query: SearchQuery): void {
  const { topK, text, vector } = query;
  if (!(Number.isInteger(topK) && topK >= 1 && topK <= MAX_TOP_K)) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `topK is ${topK}: it must be a whole number from 1 to ${MAX_TOP_K}.`,
      {
        remedy: 'For example topK 10.',
        fields: { field: 'topK', value: topK },
      },
    );
  }
  if (text === undefined && vector === undefined) {
    throw new SragError('INVALID_ARGUMENT', 'The query contains neither text nor vector.', {
      remedy: 'Provide text, a vector, or both.',
    });
  }
  if (text === undefined || parts.lexical !== undefined) return;
  throw new SragError('NO_LEXICAL_SEARCH', 'The index was built without keyword search.', {
    remedy: 'Search with a vector, or build the index with --param lexical=1.',
  });
}
