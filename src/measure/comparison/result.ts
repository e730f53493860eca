import type { Suitability } from './suitability.ts';
import type { ComparisonSummary, VariantSummary } from './summarise.ts';

/** The first answer of a process. */
export interface FirstAnswer {
  /** From the start of the process to its answer. */
  readonly startToAnswerMs: number;
  /** Largest resident memory of the process. */
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
    readonly sizeBytes: number | undefined;
    readonly buildMs: number;
  };
  /** Medians over a few processes. */
  readonly first: FirstAnswer | undefined;
  readonly usdPerMillion: number;
}

/** The document of `srag compare --json`. */
export interface ComparisonResult {
  readonly source: string;
  /** The command line that compares the same again. */
  readonly command: string;
  readonly comparedAt: string;
  readonly synthetic: boolean;
  readonly rounds: number;
  /** Whether the questions fit the corpus. */
  readonly suitability: Suitability;
  readonly summary: ComparisonSummary;
  readonly variants: readonly ComparedVariant[];
  /** Sentences that readers of the figures should know. */
  readonly notes: readonly string[];
}
