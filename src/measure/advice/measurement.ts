import { z } from 'zod';
import { SragError } from '../../core/index.ts';
import { backendOf } from './backend-of.ts';

/** What was measured of an index kind on one collection. */
export interface Measurement {
  readonly kind: string;
  readonly rows: number;
  readonly dimensions: number;
  readonly mode: string;
  readonly storage: 'file' | 's3';
  /** Latencies of warm searches in milliseconds. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** From the start of a process to its first answer, in milliseconds. */
  readonly firstMs: number;
  /** Recall against exact search; undefined if the questions had judgements instead. */
  readonly recall: number | undefined;
  /** Peak resident memory of a process that answered once. */
  readonly peakBytes: number;
  readonly sizeBytes: number;
  readonly buildMs: number;
  /** Storage reads of a warm search and of the first one; undefined if the kind does not count them. */
  readonly warmReads?: number | undefined;
  readonly coldReads?: number | undefined;
  /** The comparison that it is from. */
  readonly source: string;
}

const share = z.looseObject({ mean: z.number().min(0).max(1) });
const positive = z.number().positive();
const comparison = z.looseObject({
  mode: z.string(),
  storage: z.enum(['file', 's3']),
  variants: z.array(
    z.looseObject({
      summary: z.looseObject({
        quality: z.record(z.string(), share),
        latencyMs: z.looseObject({ p50: positive, p95: positive }),
        reads: z.number().min(0).optional(),
      }),
      index: z.looseObject({
        kind: z.string(),
        rows: z.int().positive(),
        dimensions: z.int().min(0),
        sizeBytes: positive.optional(),
        buildMs: positive,
      }),
      first: z
        .looseObject({
          startToAnswerMs: positive,
          peakBytes: positive,
          storage: z.looseObject({ reads: z.number().min(0) }).optional(),
        })
        .optional(),
    }),
  ),
});

/**
 * The measurements of a comparison, as written by `srag compare --json`. Variants whose first answer or size is
 * unknown are left out.
 * @throws INVALID_ARGUMENT if the document is something else, of an earlier release or of another mode, or if no
 * variant is left
 */
export function measurementsOf(document: unknown, source: string): readonly Measurement[] {
  const parsed = comparison.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(source, `is not a comparison: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  if (parsed.data.mode !== 'vector')
    throw invalid(source, `compares searches in mode ${parsed.data.mode}, and advice is about vector search`);
  const unknown = parsed.data.variants.find(({ index }) => backendOf(index.kind) === undefined);
  if (unknown !== undefined) throw invalid(source, `contains the unknown index kind '${unknown.index.kind}'`);
  const measurements = fromComparison(parsed.data, source);
  if (measurements.length === 0)
    throw invalid(source, 'has no variant with an index size and a first answer');
  return measurements;
}

const invalid = (source: string, problem: string): SragError =>
  new SragError('INVALID_ARGUMENT', `${source} ${problem}.`, {
    remedy: 'Write one with: srag compare QUESTIONS --kinds A,B --mode vector --json > FILE',
    fields: { path: source },
  });

function fromComparison(
  { mode, storage, variants }: z.output<typeof comparison>,
  source: string,
): readonly Measurement[] {
  return variants.flatMap(({ summary, index, first }) =>
    first === undefined || index.sizeBytes === undefined
      ? []
      : [
          {
            kind: index.kind,
            rows: index.rows,
            dimensions: index.dimensions,
            mode,
            storage,
            p50Ms: summary.latencyMs.p50,
            p95Ms: summary.latencyMs.p95,
            firstMs: first.startToAnswerMs,
            recall: summary.quality['recall vs exact']?.mean,
            peakBytes: first.peakBytes,
            sizeBytes: index.sizeBytes,
            buildMs: index.buildMs,
            warmReads: summary.reads,
            coldReads: first.storage?.reads,
            source,
          },
        ],
  );
}
