import { withoutUndefined } from '../../core/index.ts';
import { BACKEND_NAMES, type BackendFigures, backendOfKind, type MeasuredFigures } from '../cost/index.ts';
import type { ComparedVariant, ComparisonResult } from './result.ts';

/** Figures for `srag cost` of each index kind of a comparison; of several variants of a kind, the first. */
export const figuresOfComparison = ({
  variants,
}: Pick<ComparisonResult, 'variants'>): readonly MeasuredFigures[] =>
  variants.flatMap((variant) => {
    const backend = backendOfKind(variant.index.kind, BACKEND_NAMES);
    return backend === undefined ? [] : [{ backend, rows: variant.index.rows, figures: figuresOf(variant) }];
  });

function figuresOf({ summary, index, first }: ComparedVariant): Partial<BackendFigures> {
  return withoutUndefined({
    warmMs: summary.latencyMs.p50,
    warmReads: summary.reads,
    bytesRead: summary.bytes,
    // The time from the start of the process includes its initialisation.
    coldMs: first?.startToAnswerMs,
    initMs: first === undefined ? undefined : 0,
    coldReads: first?.storage?.reads,
    indexBytes: index.sizeBytes,
    buildMs: index.buildMs,
  });
}
