import { METRICS } from '../../core/index.ts';
import { graphCandidates, graphEdges } from '../parameters.ts';
import type { IndexCapabilities, ParameterDescription } from '../port.ts';

/** srag's own minimum for trained kinds: fewer rows make poor partitions and codebooks. */
const MIN_TRAINING_ROWS = 256;

export type LanceKindName =
  | 'lancedb-flat'
  | 'lancedb-ivf-flat'
  | 'lancedb-ivf-pq'
  | 'lancedb-ivf-rq'
  | 'lancedb-ivf-hnsw-sq'
  | 'lancedb-ivf-hnsw-pq';

/** How LanceDB names an index of the kind, and how its query plan shows that the index is used. */
export interface LanceKind {
  readonly kind: LanceKindName;
  readonly capabilities: IndexCapabilities;
  readonly parameters: readonly ParameterDescription[];
  /** `indexType` of `listIndices()`; undefined if no vector index is built. */
  readonly indexType: string | undefined;
  /** Function of LanceDB's `Index` that creates the single-use configuration. */
  readonly configure: 'ivfFlat' | 'ivfPq' | 'ivfRq' | 'hnswSq' | 'hnswPq' | undefined;
}

const within = (low: number, high: number, value: number): number =>
  Math.min(high, Math.max(low, Math.round(value)));

const partitions = (perRows: (rows: number) => number): ParameterDescription => ({
  name: 'partitions',
  stage: 'build',
  min: 1,
  max: 65_536,
  description:
    'Number of lists into which the rows are clustered. Too many: more lists to probe and slow training. Too few: each probe scans more rows.',
  defaultFor: (rows) => within(1, 4_096, perRows(rows)),
});

const nprobes = (share: (rows: number) => number): ParameterDescription => ({
  name: 'nprobes',
  stage: 'query',
  min: 1,
  max: 65_536,
  description:
    'Number of lists searched per query. With a filter, more lists are searched until topK rows are found. Too few: neighbours in other lists are missed. Too many: nearly a full scan.',
  defaultFor: (rows) => within(1, 4_096, share(rows)),
});

const refineFactor = (value: number): ParameterDescription => ({
  name: 'refineFactor',
  stage: 'query',
  min: 1,
  max: 100,
  description:
    'Number of candidates that are re-scored with the full vectors, as a multiple of topK. Too few: quantisation errors remain. Too many: more random reads.',
  defaultFor: () => value,
});

const m = graphEdges(4, 128, 20);
const efConstruction = graphCandidates(300);

const ef: ParameterDescription = {
  name: 'ef',
  stage: 'query',
  min: 1,
  max: 10_000,
  description:
    'Candidates kept while the graph is searched; at least topK x refineFactor are kept. Too few: lower recall. Too many: slower.',
  defaultFor: () => 150,
};

const subVectors: ParameterDescription = {
  name: 'subVectors',
  stage: 'build',
  min: 1,
  max: 1_024,
  description:
    'Bytes of a product-quantised code. The number of dimensions must be a multiple of it. Too few: coarse codes. Too many: a larger index.',
  defaultFor: (_rows, dimensions) => largestDivisor(dimensions, dimensions / 8),
};

/** The largest divisor of `value` that is at most `limit`, at least 1. */
function largestDivisor(value: number, limit: number): number {
  for (let divisor = Math.max(1, Math.floor(limit)); divisor > 1; divisor--) {
    if (value % divisor === 0) return divisor;
  }
  return 1;
}

/**
 * A fifth of the default number of lists (the square root of the rows), but at least 20, so that no
 * neighbours are missed in small corpora.
 */
const fifthOfLists = (rows: number): number => Math.max(20, 0.2 * Math.sqrt(rows));

/** About one graph per 10,000 rows: lists are built in parallel, and small graphs are faster to build. */
const graphLists = (rows: number): number => rows / 10_000;
const searchedGraphs = (rows: number): number => Math.min(20, graphLists(rows));

const trained: IndexCapabilities = {
  vectorSearch: 'approximate',
  lexicalOnly: false,
  minRows: MIN_TRAINING_ROWS,
  metrics: METRICS,
  filters: true,
  stringRanges: true,
  signatures: false,
};

/** One entry per kind, with everything that differs between kinds. */
const TABLE: Record<LanceKindName, Omit<LanceKind, 'kind'>> = {
  'lancedb-flat': {
    capabilities: { ...trained, vectorSearch: 'exact', lexicalOnly: true, minRows: 1 },
    parameters: [],
    indexType: undefined,
    configure: undefined,
  },
  'lancedb-ivf-flat': {
    capabilities: trained,
    parameters: [partitions(Math.sqrt), nprobes(fifthOfLists)],
    indexType: 'IvfFlat',
    configure: 'ivfFlat',
  },
  'lancedb-ivf-pq': {
    capabilities: trained,
    parameters: [partitions(Math.sqrt), subVectors, nprobes(fifthOfLists), refineFactor(20)],
    indexType: 'IvfPq',
    configure: 'ivfPq',
  },
  'lancedb-ivf-rq': {
    capabilities: trained,
    // A code has one bit per dimension, and the rotation differs between builds. In 40 builds with 304 rows,
    // 32 dimensions and inner product, the lowest recall was .887 with a factor of 10, and .977 with 20.
    parameters: [partitions(Math.sqrt), nprobes(fifthOfLists), refineFactor(20)],
    indexType: 'IvfRq',
    configure: 'ivfRq',
  },
  'lancedb-ivf-hnsw-sq': {
    capabilities: trained,
    parameters: [partitions(graphLists), m, efConstruction, nprobes(searchedGraphs), ef, refineFactor(2)],
    indexType: 'IvfHnswSq',
    configure: 'hnswSq',
  },
  'lancedb-ivf-hnsw-pq': {
    capabilities: trained,
    parameters: [
      partitions(graphLists),
      subVectors,
      m,
      efConstruction,
      nprobes(searchedGraphs),
      ef,
      refineFactor(20),
    ],
    indexType: 'IvfHnswPq',
    configure: 'hnswPq',
  },
};

/** The properties of one LanceDB index kind. */
export const lanceKind = (kind: LanceKindName): LanceKind => ({ kind, ...TABLE[kind] });
