import type { Workload } from './workload.ts';

export const KIBIBYTE = 2 ** 10;
export const MEBIBYTE = 2 ** 20;
export const GIBIBYTE = 2 ** 30;
export const TEBIBYTE = 2 ** 40;

/** Index versions in storage: the published one and the one before it. */
export const KEPT_VERSIONS = 2;
/** Neighbours of a node in an HNSW graph, the default of OpenSearch and hnswlib. */
const HNSW_M = 16;
/** Length of a chunk's key in a vector index. */
export const KEY_BYTES = 36;

/**
 * Memory of an HNSW graph with its vectors: 1.1 x (4 x dimensions + 8 x m) bytes per row.
 * Source: https://docs.opensearch.org/latest/mappings/supported-field-types/knn-methods-engines/
 */
export const hnswBytes = ({ rows, dimensions }: Workload): number =>
  1.1 * (4 * dimensions + 8 * HNSW_M) * rows;

/** The corpus table: texts and, for vector search, vectors. LanceDB adds about a tenth to the texts. */
export const corpusBytes = ({ rows, dimensions, textBytesPerRow }: Workload): number =>
  rows * (4 * dimensions + 1.1 * textBytesPerRow);

/** A vector in S3 Vectors as it is billed: components, key and filterable metadata. */
export const vectorBytes = ({ dimensions, filterableBytesPerRow }: Workload): number =>
  4 * dimensions + KEY_BYTES + filterableBytesPerRow;
