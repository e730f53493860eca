import {
  byScore,
  type Chunk,
  dotProduct,
  type Filter,
  matchesFilter,
  SragError,
  tieThreshold,
} from '../core/index.ts';
import { type CorpusStore, fieldValues } from '../corpus/index.ts';
import type { RecallReport, Searcher } from './port.ts';

export interface ValidationOptions {
  /** Number of corpus vectors sampled as queries. More take longer, but the estimate is more precise. */
  readonly queries: number;
  readonly topK: number;
  /** Mean recall below which the validation fails. */
  readonly minRecall: number;
  readonly filter?: Filter;
  /** Real queries, prepared for the collection's metric, instead of sampled vectors; at most `queries` are used. */
  readonly queryVectors?: readonly Float32Array[];
  readonly signal?: AbortSignal;
}

export const DEFAULT_VALIDATION: ValidationOptions = { queries: 50, topK: 10, minRecall: 0.9 };

/** Validates the options. @throws INVALID_ARGUMENT naming the option and its bounds. */
export function checkValidation({ queries, topK, minRecall }: ValidationOptions): void {
  for (const [field, value, high] of [
    ['queries', queries, 10_000],
    ['topK', topK, 1_000],
  ] as const) {
    if (!(Number.isInteger(value) && value >= 1 && value <= high))
      throw outOfBounds(field, value, `a whole number from 1 to ${high}`);
  }
  if (!(minRecall >= 0 && minRecall <= 1)) throw outOfBounds('minRecall', minRecall, 'a share from 0 to 1');
}

const outOfBounds = (field: string, value: number, allowed: string): SragError =>
  new SragError('INVALID_ARGUMENT', `${field} of the validation is ${value}; it must be ${allowed}.`, {
    remedy: `For example ${field} ${DEFAULT_VALIDATION[field as keyof typeof DEFAULT_VALIDATION]}, the default.`,
    fields: { field, value },
  });

/**
 * Measures an index's recall against exact search over the corpus with the same filter. The queries are
 * `queryVectors`, or else vectors sampled evenly from the corpus. Sampled vectors find themselves (by inner
 * product, nearly always), so they are easier than real queries.
 * @throws NO_EMBEDDER for a collection without vectors, and the errors of `checkValidation`
 */
export async function validateIndex(
  corpus: CorpusStore,
  searcher: Searcher,
  options: ValidationOptions,
): Promise<RecallReport> {
  const { topK, minRecall, filter } = options;
  checkValidation(options);
  if (corpus.settings.dimensions === 0) {
    throw new SragError(
      'NO_EMBEDDER',
      `Collection '${corpus.settings.name}' has no vectors to validate recall with.`,
      {
        remedy: 'Lexical search is exact; check its quality with srag eval.',
      },
    );
  }
  const queries =
    options.queryVectors === undefined
      ? await sampleVectors(corpus, options)
      : checkedQueries(options.queryVectors, options.queries, corpus.settings.dimensions);
  const truth = await exactNearest(corpus, queries, options);
  const recalls: number[] = [];
  for (const [index, query] of queries.entries()) {
    const nearest = truth[index]!;
    if (nearest.length === 0) continue;
    const { hits } = await searcher.search({ vector: query, topK, filter });
    const found = await countTrue(
      corpus,
      query,
      hits.map(({ id }) => id),
      nearest,
      filter,
    );
    recalls.push(Math.min(1, found / nearest.length));
  }
  const recall = recalls.length === 0 ? 1 : recalls.reduce((sum, value) => sum + value, 0) / recalls.length;
  return { queries: recalls.length, topK, recall, worst: Math.min(1, ...recalls), minRecall };
}

/**
 * Counts hits that are true nearest neighbours, or that match the filter and whose exact score is not below
 * that of the last true neighbour.
 */
async function countTrue(
  corpus: CorpusStore,
  query: Float32Array,
  ids: readonly string[],
  nearest: readonly Scored[],
  filter: Filter | undefined,
): Promise<number> {
  const expected = new Set(nearest.map(({ id }) => id));
  const others = ids.filter((id) => !expected.has(id));
  const known = ids.length - others.length;
  if (others.length === 0) return known;
  const threshold = tieThreshold(nearest[0]!.score, nearest.at(-1)!.score);
  const stored = await corpus.chunks(others, { withVectors: true });
  const tied = stored.filter(
    ({ chunk, vector }) =>
      vector !== undefined && dotProduct(query, vector) >= threshold && isWithin(filter, chunk, corpus),
  );
  return known + tied.length;
}

const isWithin = (filter: Filter | undefined, chunk: Chunk, { settings }: CorpusStore): boolean =>
  filter === undefined || matchesFilter(filter, fieldValues(chunk.metadata, settings.fields));

interface Scored {
  readonly id: string;
  readonly score: number;
}

function checkedQueries(
  vectors: readonly Float32Array[],
  most: number,
  dimensions: number,
): readonly Float32Array[] {
  const other = vectors.find(({ length }) => length !== dimensions);
  if (other === undefined) return vectors.slice(0, most);
  throw new SragError(
    'DIMENSION_MISMATCH',
    `A query vector has ${other.length} dimensions, but the collection has ${dimensions}.`,
    {
      remedy: 'Embed the queries with the embedder of the collection.',
      fields: { expected: dimensions, actual: other.length },
    },
  );
}

async function sampleVectors(
  corpus: CorpusStore,
  { queries, signal }: ValidationOptions,
): Promise<Float32Array[]> {
  const { chunks } = await corpus.stats();
  const step = Math.max(1, Math.floor(chunks / queries));
  const sampled: Float32Array[] = [];
  let row = 0;
  for await (const batch of corpus.scan({ withVectors: true, signal })) {
    for (const { vector } of batch) {
      if (vector !== undefined && row % step === 0 && sampled.length < queries) sampled.push(vector);
      row += 1;
    }
    if (sampled.length >= queries) break;
  }
  return sampled;
}

/** The true nearest chunks of every query, best first. */
async function exactNearest(
  corpus: CorpusStore,
  queries: readonly Float32Array[],
  { topK, filter, signal }: ValidationOptions,
): Promise<Scored[][]> {
  const best: Scored[][] = queries.map(() => []);
  for await (const batch of corpus.scan({ withVectors: true, signal })) {
    for (const { chunk, vector } of batch) {
      if (vector === undefined || !isWithin(filter, chunk, corpus)) continue;
      queries.forEach((query, index) => {
        const list = best[index]!;
        const score = dotProduct(query, vector);
        if (list.length === topK && score <= list[topK - 1]!.score) return;
        list.push({ id: chunk.id, score });
        list.sort(byScore);
        if (list.length > topK) list.pop();
      });
    }
  }
  return best;
}
