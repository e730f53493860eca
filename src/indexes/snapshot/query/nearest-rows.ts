import type { Filter } from '../../../core/index.ts';

/** A row with its score for the unit-length question: exact, or an estimate that ranks after the exact ones. */
export interface ScoredRow {
  readonly row: number;
  readonly score: number;
}

/** A search for the nearest rows of a version whose vectors are not part of the snapshot. */
export interface NearestRows {
  readonly dimensions: number;
  /** Finds the best `depth` rows that match the filter, best first, ties by row. `details` are for the trace. */
  search(request: {
    /** Of unit length. */
    readonly vector: Float32Array;
    readonly depth: number;
    readonly filter: Filter | undefined;
    readonly signal: AbortSignal | undefined;
  }): Promise<{ readonly rows: readonly ScoredRow[]; readonly details: Readonly<Record<string, number>> }>;
}
