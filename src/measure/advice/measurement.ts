import { z } from 'zod';
import { SragError } from '../../core/index.ts';

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
  /** Storage reads of a warm search and of the first one; 0 if the kind does not count them. */
  readonly warmReads: number;
  readonly coldReads: number;
  /** The comparison that it is from. */
  readonly source: string;
}

const figure = z.looseObject({ mean: z.number() });
const comparison = z.looseObject({
  mode: z.string(),
  storage: z.enum(['file', 's3']),
  variants: z.array(
    z.looseObject({
      summary: z.looseObject({
        quality: z.record(z.string(), figure),
        latencyMs: z.looseObject({ p50: z.number().positive(), p95: z.number().positive() }),
        reads: z.number().optional(),
      }),
      index: z.looseObject({
        kind: z.string(),
        rows: z.int().positive(),
        dimensions: z.int().min(0),
        sizeBytes: z.number().optional(),
        buildMs: z.number(),
      }),
      first: z
        .looseObject({
          startToAnswerMs: z.number().positive(),
          peakBytes: z.number().positive(),
          storage: z.looseObject({ reads: z.number() }).optional(),
        })
        .optional(),
    }),
  ),
});

/**
 * The measurements of a comparison, as written by `srag compare --json`. Variants whose first answer or size is
 * unknown are left out.
 * @throws INVALID_ARGUMENT if the document is something else, or of an earlier release
 */
export function measurementsOf(document: unknown, source: string): readonly Measurement[] {
  const parsed = comparison.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SragError(
      'INVALID_ARGUMENT',
      `${source} is not a comparison: ${issue?.path.join('.')}: ${issue?.message}.`,
      {
        remedy: 'Write one with: srag compare QUESTIONS --kinds A,B --json',
        fields: { path: source },
      },
    );
  }
  const { mode, storage, variants } = parsed.data;
  if (mode !== 'vector')
    throw new SragError('INVALID_ARGUMENT', `${source} compares searches in mode ${mode}.`, {
      remedy: 'Advice is about vector search: compare with --mode vector.',
      fields: { path: source, mode },
    });
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
            warmReads: summary.reads ?? 0,
            coldReads: first.storage?.reads ?? 0,
            source,
          },
        ],
  );
}
