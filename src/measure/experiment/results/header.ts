import { z } from 'zod';
import { SragError } from '../../../core/index.ts';

export const FORMAT = 'srag-experiment';
/** Readers refuse files of a newer version. */
export const SCHEMA_VERSION = 1;

const indexSchema = z.object({
  kind: z.string(),
  version: z.string(),
  rows: z.number().optional(),
  dimensions: z.number().optional(),
  sizeBytes: z.number().optional(),
  buildMs: z.number().optional(),
  /** Share of the exact nearest 10 neighbours that the version found when it was validated. */
  validatedRecall: z.number().optional(),
});

const variantSchema = z.object({
  name: z.string(),
  /** Absent if the target does not report it, such as a deployed API that has not yet been called. */
  index: indexSchema.optional(),
  memoryMb: z.number().optional(),
  concurrency: z.number().optional(),
  /** All other settings of the variant's declaration. */
  settings: z.record(z.string(), z.unknown()).default({}),
});

const questionSchema = z.object({
  id: z.string(),
  text: z.string(),
  /** Document ids with their grades; absent without judgements. */
  relevant: z.record(z.string(), z.number()).optional(),
  answers: z.array(z.string()).optional(),
  answerable: z.boolean().optional(),
  kind: z.string().optional(),
});

const headerSchema = z.object({
  format: z.literal(FORMAT),
  schemaVersion: z.number(),
  name: z.string(),
  /** ISO 8601, wall clock. */
  startedAt: z.string(),
  /** The parsed declaration with secrets masked. */
  declaration: z.record(z.string(), z.unknown()),
  seed: z.number(),
  /** Offered load of each step in requests per second. */
  steps: z.array(z.object({ ratePerSecond: z.number() })),
  variants: z.array(variantSchema).min(1),
  questions: z.object({
    source: z.string(),
    synthetic: z.boolean(),
    list: z.array(questionSchema),
  }),
  target: z.object({
    kind: z.enum(['laptop', 'url', 'in-process']),
    /** The target in words, including its storage model. */
    description: z.string(),
  }),
  environment: z.record(z.string(), z.unknown()),
  commit: z.string().optional(),
  srag: z.string(),
});

/** First line of a result file: experiment, configuration and environment of the run. */
export type ResultHeader = Readonly<z.output<typeof headerSchema>>;
export type ResultVariant = ResultHeader['variants'][number];
export type ResultQuestion = ResultHeader['questions']['list'][number];

/**
 * Parses the first line of a result file.
 * @throws INVALID_RECORD for another format, UNSUPPORTED for a newer schema
 */
export function parseHeader(line: string, place: string): ResultHeader {
  let value: { readonly format?: unknown; readonly schemaVersion?: unknown };
  try {
    value = JSON.parse(line) ?? {};
  } catch (cause) {
    throw invalidHeader(place, 'it is not JSON', cause);
  }
  if (value.format !== FORMAT)
    throw invalidHeader(place, `its format is ${JSON.stringify(value.format) ?? 'missing'}, not "${FORMAT}"`);
  const { schemaVersion } = value;
  if (typeof schemaVersion === 'number' && Math.floor(schemaVersion) > SCHEMA_VERSION) {
    throw new SragError(
      'UNSUPPORTED',
      `${place} has schema version ${schemaVersion}; this srag reads up to ${SCHEMA_VERSION}.`,
      {
        remedy: 'Update srag, or report on the file with the version that wrote it.',
        fields: { place, schemaVersion },
      },
    );
  }
  const parsed = headerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidHeader(
    place,
    `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'it is not valid'}`,
  );
}

const invalidHeader = (place: string, problem: string, cause?: unknown): SragError =>
  new SragError('INVALID_RECORD', `${place} is not the header of an experiment's result file: ${problem}.`, {
    remedy: 'Name a file that `srag bench run` wrote.',
    fields: { place },
    cause,
  });
