import { fitToMetric, METRICS, type Metric } from '../../core/index.ts';
import { graphCandidates, graphEdges } from '../parameters.ts';
import type { IndexCapabilities, IndexParameters, ParameterDescription } from '../port.ts';
import type { QueryClause } from './filter-query.ts';

export type OpenSearchKindName = 'opensearch-hnsw' | 'opensearch-on-disk' | 'opensearch-exact';

/** srag's own minimum for graphs: fewer rows are searched exactly just as fast. */
const MIN_GRAPH_ROWS = 256;
/** OpenSearch's maximum of `k`, and therefore of candidates. */
export const MAX_CANDIDATES = 10_000;

/** What differs between the kinds. */
export interface OpenSearchKind {
  readonly kind: OpenSearchKindName;
  readonly capabilities: IndexCapabilities;
  readonly parameters: readonly ParameterDescription[];
  /** Definition of the vector field without type and dimension; undefined if vectors are not indexed. */
  readonly field: ((metric: Metric, parameters: IndexParameters, engine: Engine) => object) | undefined;
  /** Query for the `k` nearest rows that match the filter. */
  readonly nearest: (search: NearestSearch) => QueryClause;
  /** The score in the collection's metric of OpenSearch's score, which is positive. */
  readonly scoreOf: (score: number, metric: Metric) => number;
}

/** Library of OpenSearch that builds graphs. Quantised graphs of versions before 3.6 need faiss. */
export type Engine = 'lucene' | 'faiss';

export interface NearestSearch {
  readonly vector: Float32Array;
  readonly k: number;
  readonly filter: QueryClause | undefined;
  readonly metric: Metric;
  readonly parameters: IndexParameters;
}

const shards: ParameterDescription = {
  name: 'shards',
  stage: 'build',
  min: 1,
  max: 1_024,
  description:
    'Parts of the index, which nodes build and search in parallel. Too few: large indexes use one node only. Too many: every search waits for all of them.',
  defaultFor: (rows) => Math.max(1, Math.ceil(rows / 5_000_000)),
};

const m = graphEdges(2, 100, 16);
const efConstruction = graphCandidates(100);

const ef: ParameterDescription = {
  name: 'ef',
  stage: 'query',
  min: 1,
  max: MAX_CANDIDATES,
  description:
    'Candidates kept while the graph is searched; at least topK are kept. Too few: lower recall. Too many: slower.',
  defaultFor: () => 300,
};

const refineFactor: ParameterDescription = {
  name: 'refineFactor',
  stage: 'query',
  min: 1,
  max: 100,
  description:
    'Candidates that are re-scored with the full vectors, as a multiple of topK; at least 100. Too few: quantisation errors remain. Too many: more random reads.',
  // A code has one bit per dimension, so short codes need more candidates: in 5,000 isotropic vectors of 64 dimensions,
  // the recall within a filter of 50 % is .87 with a factor of 30 and .996 with 100.
  defaultFor: (_rows, dimensions) =>
    Math.min(100, Math.max(30, Math.round(12_000 / Math.max(1, dimensions)))),
};

/** OpenSearch's names of the metrics. */
export const SPACES = { cosine: 'cosinesimil', dot: 'innerproduct' } as const satisfies Record<
  Metric,
  string
>;

/** Inverts OpenSearch's score of an inner product: `1 + p`, or `1 / (1 - p)` if p is negative. */
const innerProductOf = (score: number): number => (score >= 1 ? score - 1 : 1 - 1 / score);

const graphScore = (score: number, metric: Metric): number =>
  metric === 'cosine' ? 2 * score - 1 : innerProductOf(score);

const GRAPH: IndexCapabilities = {
  vectorSearch: 'approximate',
  lexicalOnly: false,
  minRows: MIN_GRAPH_ROWS,
  metrics: METRICS,
  filters: true,
  stringRanges: true,
  signatures: false,
};

const TABLE: Readonly<Record<OpenSearchKindName, Omit<OpenSearchKind, 'kind'>>> = {
  'opensearch-hnsw': {
    capabilities: GRAPH,
    parameters: [shards, m, efConstruction, ef],
    field: (metric, parameters) => ({
      space_type: SPACES[metric],
      method: {
        name: 'hnsw',
        engine: 'lucene',
        parameters: { m: parameters.m, ef_construction: parameters.efConstruction },
      },
    }),
    nearest: ({ vector, k, filter, parameters }) => ({
      knn: {
        v: { vector: [...vector], k, filter, method_parameters: { ef_search: Math.max(k, parameters.ef!) } },
      },
    }),
    scoreOf: graphScore,
  },
  'opensearch-on-disk': {
    capabilities: GRAPH,
    parameters: [shards, m, efConstruction, refineFactor],
    field: (metric, parameters, engine) => ({
      space_type: SPACES[metric],
      mode: 'on_disk',
      compression_level: '32x',
      method: {
        name: 'hnsw',
        engine,
        parameters: { m: parameters.m, ef_construction: parameters.efConstruction },
      },
    }),
    nearest: ({ vector, k, filter, parameters }) => {
      const factor = Math.min(parameters.refineFactor!, Math.floor(MAX_CANDIDATES / k));
      return {
        knn: { v: { vector: [...vector], k, filter, rescore: { oversample_factor: Math.max(1, factor) } } },
      };
    },
    scoreOf: graphScore,
  },
  'opensearch-exact': {
    capabilities: { ...GRAPH, vectorSearch: 'exact', lexicalOnly: true, minRows: 1 },
    parameters: [shards],
    field: undefined,
    nearest: ({ vector, filter, metric }) => ({
      script_score: {
        query: { bool: { filter: filter === undefined ? [{ match_all: {} }] : [filter] } },
        script: {
          lang: 'knn',
          source: 'knn_score',
          // Cosine scores of scripts differ between versions. Stored vectors have unit length if the metric is cosine.
          params: { field: 'v', query_value: [...fitToMetric(vector, metric)], space_type: SPACES.dot },
        },
      },
    }),
    scoreOf: innerProductOf,
  },
};

/** The properties of one kind. */
export const openSearchKind = (kind: OpenSearchKindName): OpenSearchKind => ({ kind, ...TABLE[kind] });
