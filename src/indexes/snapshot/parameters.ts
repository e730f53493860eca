import type { ParameterDescription } from '../port.ts';

/** Leaves consist of whole code blocks of 32 rows. */
const BLOCK = 32;

/**
 * Rows per leaf by corpus size. Small leaves avoid useless scanning; large ones limit the number of
 * centroids.
 */
export const leafRowsFor = (rows: number, partitions: number): number =>
  Math.max(BLOCK, Math.ceil(rows / Math.max(1, partitions) / BLOCK) * BLOCK);

/** Number of leaves by corpus size: one per 64 rows, at most 4,096. */
const partitionsFor = (rows: number): number => Math.max(1, Math.min(4_096, Math.ceil(rows / 64)));

/** Parameters of the snapshot kind. */
export const PARAMETERS: readonly ParameterDescription[] = [
  {
    name: 'partitions',
    stage: 'build',
    min: 1,
    max: 65_536,
    description:
      'Number of leaves (clusters of similar rows). More leaves narrow the search more precisely, but their centroids take longer to read and to compare.',
    defaultFor: (rows) => partitionsFor(rows),
  },
  {
    name: 'codeBits',
    stage: 'build',
    min: 1,
    max: 8,
    description:
      'Bits of a code per dimension. More bits require fewer candidates to re-score, but a cold start reads more.',
    defaultFor: (rows, dimensions) => ((rows * dimensions) / 4 <= 2.5 * 2 ** 20 ? 2 : 1),
  },
  {
    name: 'lexical',
    stage: 'build',
    min: 0,
    max: 1,
    description: '1 adds keyword search; 0 omits it: faster to build, but only vectors can be searched.',
    defaultFor: () => 1,
  },
  {
    name: 'seed',
    stage: 'build',
    min: 0,
    max: 2 ** 31 - 1,
    description:
      'Seed of the rotation and of the clustering: another seed yields a different but equally good index.',
    defaultFor: () => 1,
  },
  {
    name: 'nprobes',
    stage: 'query',
    min: 1,
    max: 65_536,
    description:
      'Number of leaves that an open index scans. More leaves raise recall and latency; scanning all of them is a full scan.',
    // A third of the leaves at 100,000 rows. The share falls as corpora grow, because a question's neighbours
    // are then in a smaller share of the leaves.
    defaultFor: (rows) =>
      Math.max(1, Math.ceil(partitionsFor(rows) * Math.min(1, 0.34 * (100_000 / Math.max(1, rows)) ** 0.7))),
  },
  {
    name: 'window',
    stage: 'query',
    min: 0,
    max: 1_000,
    description:
      'Candidates are re-scored if their estimate is at most this many hundredths of a standard error below the estimate of the last result (1.6 times this distance if the vectors are in memory). Higher values raise recall, but a cold start reads more.',
    defaultFor: () => 185,
  },
  {
    name: 'rerank',
    stage: 'query',
    min: 1,
    max: 4_096,
    description:
      'Maximum candidates re-scored with their int8 vectors. Higher values help if many rows are nearly alike.',
    defaultFor: () => 256,
  },
];
