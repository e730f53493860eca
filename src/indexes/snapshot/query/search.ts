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
import type { OpenedSnapshot } from './opened.ts';
import type { SnapshotParts } from './parts.ts';
import type { VectorResult } from './vector-search.ts';

/** Largest `topK`. */
const MOST_RESULTS = 1_000;
/** Records of hits that no stage has read yet are fetched in about this many requests. */
const HIT_REQUESTS = 8;

/** A row on its way to a hit. The row stands for its id until its record is read. */
interface FoundRow {
  readonly id: string;
  readonly row: number;
  readonly score: number;
  readonly scores: HitScores;
}

/** Vector, words, or both: one answer with its trace. */
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
  // What every mode needs is asked for at once; a failure is met by whoever needs it.
  parts.directory.prefetch(context).catch(() => {});
  const masking = filter && parts.filters.mask(filter, context);
  const [near, words] = await Promise.all([
    vector && searchVector(parts, { vector, topK: query.topK, depth }, parameters, masking, context),
    query.text === undefined ? undefined : searchText(parts, query.text, depth, query, masking, context),
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
      ...(near && { vectorMs: near.elapsedMs }),
      ...(words && { lexicalMs: words.elapsedMs, rescoreMs: words.result.rescoreMs }),
      fetchMs: endedMs - fetchStartedMs,
      totalMs: endedMs - startedMs,
      storage: context.meter.use,
      ...(near && { details: detailsOf(near.result) }),
    },
  };
}

/** A row's score for the question as it was given: the search ran with its unit vector. */
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

function detailsOf(result: VectorResult): Record<string, number> {
  const { probed, scanned, rescored, scanMs, fetchMs, rerankMs } = result;
  return {
    partitionsProbed: probed,
    rowsScanned: scanned,
    rowsRescored: rescored,
    scanMs,
    recordsMs: fetchMs,
    rerankMs,
  };
}

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
  const ahead = masking === undefined ? undefined : search.prefetch(context);
  const [mask] = await Promise.all([masking, ahead]);
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

async function searchText(
  parts: SnapshotParts,
  text: string,
  depth: number,
  query: SearchQuery,
  masking: ReturnType<SnapshotParts['filters']['mask']> | undefined,
  context: ReadContext,
): Promise<Timed<LexicalResult>> {
  const startedMs = performance.now();
  const search = parts.lexical!;
  const mask = await masking;
  const result = await search.search({ text, depth, rescore: query.rescore !== false, mask }, context);
  return { result, elapsedMs: performance.now() - startedMs };
}

/** The hits of ranked rows, with the records that the stages have read and those still to be read. */
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
  // Rows stood for ids so far: equal scores are put in the order of the ids themselves.
  return hits.sort(byScore);
}

/** The question at unit length, which ranks rows as the question does; and the length that its scores are to be scaled by. */
function checkedVector(
  opened: OpenedSnapshot,
  vector: Float32Array,
): { readonly unit: Float32Array; readonly length: number } {
  const { dimensions: expected, metric } = opened.header.collection;
  if (opened.header.vectors === undefined) {
    throw new SragError('NO_EMBEDDER', 'The index holds no vectors.', {
      remedy: 'Search with words (text), or build the index from a collection with an embedder.',
    });
  }
  if (vector.length !== expected) {
    throw new SragError(
      'DIMENSION_MISMATCH',
      `The question's vector has ${vector.length} dimensions, the index ${expected}.`,
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

/** Fields as the columns say that are here: the seal vouches for these, not for the collection's settings. */
const fieldsOf = ({ header }: OpenedSnapshot): FieldTypes =>
  Object.fromEntries(header.columns.map(({ name, type }) => [name, type]));

/** Whoever imports the searcher alone has nobody before it who checks what is asked. */
function checkQuery(parts: SnapshotParts, query: SearchQuery): void {
  const { topK, text, vector } = query;
  if (!(Number.isInteger(topK) && topK >= 1 && topK <= MOST_RESULTS)) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `topK is ${topK}: it must be a whole number from 1 to ${MOST_RESULTS}.`,
      {
        remedy: 'For example topK 10.',
        fields: { field: 'topK', value: topK },
      },
    );
  }
  if (text === undefined && vector === undefined) {
    throw new SragError('INVALID_ARGUMENT', 'The query holds neither text nor vector.', {
      remedy: 'Give text, a vector, or both.',
    });
  }
  if (text === undefined || parts.lexical !== undefined) return;
  throw new SragError('NO_LEXICAL_SEARCH', 'The index was built without words.', {
    remedy: 'Search with a vector, or build the index with --param lexical=1.',
  });
}
