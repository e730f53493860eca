import { DEFAULT_ASSUMPTIONS } from './deployment/assumptions.ts';
import type { BackendName } from './names.ts';
import { hnswBytes, MEBIBYTE } from './sizes.ts';
import type { Workload } from './workload.ts';

/** Figures of the function, or of the server, that searches. Times and reads are per request. */
export interface BackendFigures {
  readonly warmMs: number;
  readonly coldMs: number;
  readonly initMs: number;
  /** Share of requests with a cold start, 0 to 1. */
  readonly coldShare: number;
  readonly memoryMb: number;
  /** Storage requests of a warm request and of a cold start. */
  readonly warmReads: number;
  readonly coldReads: number;
  /** Bytes that a warm request reads from the storage. */
  readonly bytesRead: number;
  /** Size of the index version. */
  readonly indexBytes: number;
  /** Time of building an index version. */
  readonly buildMs: number;
}

/** Returns the figures of a backend for a workload. */
export type FiguresFor = (backend: BackendName, workload: Workload) => BackendFigures;

const { warmMs, coldMs, initMs, coldShare, memoryMb, coldReads } = DEFAULT_ASSUMPTIONS;
const DEPLOYED: Omit<BackendFigures, 'indexBytes' | 'buildMs'> = {
  warmMs,
  coldMs,
  initMs,
  coldShare,
  memoryMb,
  warmReads: 0,
  coldReads,
  bytesRead: 0,
};

/**
 * Assumed figures. Those of srag's index kinds are measured on 100,000 chunks of 384 dimensions
 * (docs/benchmarks.md, docs/guide/serve.md, benchmarks/results/reproduce-arxiv-100k and backends-arxiv-100k) and scaled by rows; the
 * others are stated in docs/decisions/2026-11-30-cost-of-backends.md.
 */
export function assumedFigures(backend: BackendName, workload: Workload): BackendFigures {
  if (backend === 'snapshot') return snapshotFigures(workload);
  if (backend.startsWith('lancedb-')) return lanceFigures(backend, workload);
  const { rows, dimensions, textBytesPerRow } = workload;
  switch (backend) {
    case 's3-vectors':
      // AWS states about 100 ms for frequent queries and less than a second for others.
      return {
        ...DEPLOYED,
        warmMs: 110,
        coldMs: 600,
        indexBytes: rows * 0.7 * textBytesPerRow,
        buildMs: rows * 0.4,
      };
    case 'in-memory-server':
      // .55 ms of search in memory, the rest for HTTP and the ranking.
      return {
        ...DEPLOYED,
        warmMs: 2,
        coldShare: 0,
        indexBytes: hnswBytes(workload) + rows * textBytesPerRow,
        buildMs: 0,
      };
    case 'bedrock-knowledge-base':
    case 'bedrock-knowledge-base-s3-vectors':
      return {
        ...DEPLOYED,
        warmMs: 0,
        coldShare: 0,
        indexBytes: hnswBytes(workload) + rows * textBytesPerRow,
        buildMs: 0,
      };
    default:
      return {
        ...DEPLOYED,
        // The function waits for the server: 2 to 4 ms of search and a round trip.
        warmMs: 15,
        indexBytes: rows * (1.1 * (4 * dimensions + 128) + textBytesPerRow),
        buildMs: rows * 1.8,
      };
  }
}

/** A hydrated snapshot keeps codes of an eighth of a byte per dimension in 64 MiB; larger ones read records. */
function snapshotFigures({ rows, dimensions, textBytesPerRow }: Workload): BackendFigures {
  const isHydrated = (rows * dimensions) / 8 <= 64 * MEBIBYTE;
  return {
    ...DEPLOYED,
    ...(isHydrated ? {} : { warmMs: 81, warmReads: 8, bytesRead: 2.8e6 }),
    indexBytes: rows * (1.27 * dimensions + 0.7 * textBytesPerRow),
    buildMs: rows * 0.25,
  };
}

/** Per LanceDB kind: time of a warm search, its reads, time to build a row, and bytes beside vector and text. */
const LANCE: Readonly<
  Record<
    string,
    readonly [warmMs: number, reads: number, buildMs: number, bytes: (dimensions: number) => number]
  >
> = {
  'lancedb-ivf-flat': [400, 80, 0.27, () => 0],
  'lancedb-ivf-pq': [415, 80, 1.4, (dimensions) => dimensions / 16],
  'lancedb-ivf-rq': [530, 185, 0.31, (dimensions) => dimensions / 8],
  'lancedb-ivf-hnsw-sq': [408, 80, 1, (dimensions) => dimensions + 190],
  'lancedb-ivf-hnsw-pq': [420, 80, 4.5, (dimensions) => dimensions / 16 + 190],
};

function lanceFigures(backend: BackendName, workload: Workload): BackendFigures {
  const { rows, dimensions, textBytesPerRow } = workload;
  const rowBytes = 4 * dimensions + 1.1 * textBytesPerRow;
  const scanned = 4 * rows * dimensions;
  // A flat search reads all vectors from the storage. Its medians are 129 ms for 3.07 MB, 297 ms for 15.4 MB, 1.0 s for
  // 61 MB and 2.32 s for 154 MB. Its reads are of 4 MiB and 6 others, as counted at the S3 model (7 reads for 2,000 rows
  // of 384 dimensions, 10 for 10,000).
  const [lanceMs, reads, buildMs, bytes] = LANCE[backend] ?? [
    66 + (15 * scanned) / 1e6,
    6 + Math.ceil(scanned / (4 * MEBIBYTE)),
    0.22,
    () => 0,
  ];
  return {
    ...DEPLOYED,
    warmMs: lanceMs,
    coldMs: 3_200 + (backend === 'lancedb-flat' ? lanceMs : 0),
    warmReads: reads,
    coldReads: 239,
    bytesRead: backend === 'lancedb-flat' ? scanned : 5e6,
    indexBytes: rows * (rowBytes + bytes(dimensions)),
    buildMs: rows * buildMs,
  };
}
