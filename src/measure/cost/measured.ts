import { assumedFigures, type BackendFigures, type FiguresFor } from './figures.ts';
import type { BackendName } from './names.ts';
import type { Workload } from './workload.ts';

/** Figures of a backend that were measured. */
export interface MeasuredFigures {
  readonly backend: BackendName;
  /** Rows of the measured index; those of the workload if the result, of an earlier release, does not state them. */
  readonly rows: number | undefined;
  readonly figures: Partial<BackendFigures>;
}

/** Backends by index kind, for kinds whose names differ. */
const BY_KIND: ReadonlyMap<string, BackendName> = new Map([
  ['opensearch-hnsw', 'opensearch-managed'],
  ['opensearch-on-disk', 'opensearch-managed-on-disk'],
]);

/** The backend that an index kind is measured for, among `known`; undefined for a kind that is not priced. */
export const backendOfKind = (kind: string, known: readonly BackendName[]): BackendName | undefined =>
  BY_KIND.get(kind) ?? known.find((name) => name === kind);

/** Figures that grow in proportion to the rows, of every backend and of one that reads all vectors. */
const PROPORTIONAL = ['indexBytes', 'buildMs'] as const;
const READS_ALL: BackendName = 'lancedb-flat';
const PROPORTIONAL_READS = ['warmMs', 'warmReads', 'bytesRead'] as const;

/**
 * Assumed figures, replaced by measured and then by chosen ones. Measured sizes and build times are scaled to
 * the rows of the workload; measured times and reads are not, except those of a flat search. Chosen figures describe
 * functions, so they do not apply to a server.
 * @param rows rows that measurements without a number of rows are taken for
 */
export function figuresFrom(
  measured: readonly MeasuredFigures[],
  rows: number,
  chosen: Partial<BackendFigures> = {},
): FiguresFor {
  return (backend: BackendName, workload: Workload): BackendFigures => {
    const found = measured.find((one) => one.backend === backend);
    const assumed = assumedFigures(backend, workload);
    const scale = workload.rows / (found?.rows ?? rows);
    const grows = backend === READS_ALL ? [...PROPORTIONAL, ...PROPORTIONAL_READS] : PROPORTIONAL;
    const scaled = grows.flatMap((key) => {
      const value = found?.figures[key];
      return value === undefined ? [] : [[key, value * scale] as const];
    });
    const { indexBytes } = assumed;
    return {
      ...assumed,
      ...found?.figures,
      ...Object.fromEntries(scaled),
      // A measured size includes the vectors, which S3 Vectors bills separately.
      ...(backend === 's3-vectors' && { indexBytes }),
      ...(backend !== 'in-memory-server' && chosen),
    };
  };
}
