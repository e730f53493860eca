import type { SearchMode } from '../../core/index.ts';
import type { Suitability } from './suitability.ts';
import type { ComparisonSummary, VariantSummary } from './summarise.ts';

/** The first answer of a new process. */
export interface FirstAnswer {
  /** Time from process start to the answer. */
  readonly startToAnswerMs: number;
  /** Peak resident memory of the process. */
  readonly peakBytes: number;
  readonly storage?: { readonly reads: number; readonly bytes: number } | undefined;
}

/** A variant's figures. */
export interface ComparedVariant {
  readonly summary: VariantSummary;
  readonly collection: string;
  readonly embedder: string;
  readonly index: {
    readonly kind: string;
    readonly version: string;
    /** Number of chunks. */
    readonly rows: number;
    /** Dimensions of the vectors; 0 without an embedder. */
    readonly dimensions: number;
    readonly buildParameters: Readonly<Record<string, unknown>>;
    readonly queryParameters: Readonly<Record<string, unknown>>;
    readonly sizeBytes: number | undefined;
    readonly buildMs: number;
  };
  /** First answer of a new process: medians over a few processes. */
  readonly first: FirstAnswer | undefined;
  readonly usdPerMillion: number;
}

/** The document of `srag compare --json`. */
export interface ComparisonResult {
  readonly source: string;
  /** The command line that repeats the comparison. */
  readonly command: string;
  readonly comparedAt: string;
  readonly mode: SearchMode | 'auto';
  /** Where the indexes are stored, except those on a server. */
  readonly storage: 'file' | 's3';
  readonly synthetic: boolean;
  readonly rounds: number;
  /** Whether the questions fit the corpus. */
  readonly suitability: Suitability;
  readonly summary: ComparisonSummary;
  readonly variants: readonly ComparedVariant[];
  /** Caveats for readers of the figures. */
  readonly notes: readonly string[];
}
