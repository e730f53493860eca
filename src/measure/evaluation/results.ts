import { open, readFile, rename, rm } from 'node:fs/promises';
import { arch, cpus, platform, totalmem } from 'node:os';
import { z } from 'zod';
import { messageOf, SragError } from '../../core/index.ts';
import type { QueryResult } from './evaluate.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { OUTCOMES } from './outcomes.ts';

const FORMAT = 'srag-evaluation';
const SCHEMA_VERSION = 1;

const environmentSchema = z.object({
  node: z.string(),
  platform: z.string(),
  cpu: z.string(),
  cores: z.number(),
  memoryBytes: z.number(),
  packages: z.record(z.string(), z.string()),
});

const headerSchema = z.object({
  format: z.literal(FORMAT),
  schemaVersion: z.literal(SCHEMA_VERSION),
  createdAt: z.string(),
  dataset: z.string(),
  split: z.string(),
  index: z.string(),
  mode: z.string(),
  configuration: z.record(z.string(), z.unknown()),
  commit: z.string().optional(),
  environment: environmentSchema,
});

const metricsSchema = z.object(
  Object.fromEntries(METRICS.map(({ name }) => [name, z.number()])) as Record<MetricName, z.ZodNumber>,
);

const resultSchema = z.object({
  id: z.string(),
  hits: z.array(z.object({ documentId: z.string(), score: z.number().exactOptional() })),
  metrics: metricsSchema.exactOptional(),
  latencyMs: z.number(),
  indexRecall: z.number().exactOptional(),
  answer: z
    .object({
      text: z.string(),
      notFound: z.boolean(),
      containsGold: z.boolean().exactOptional(),
      outcome: z.enum(OUTCOMES).exactOptional(),
      kind: z.string().exactOptional(),
      confidence: z.number().exactOptional(),
      characters: z.number(),
      sentences: z.number(),
    })
    .exactOptional(),
});

/** Machine and software of a run. */
export type Environment = Readonly<z.output<typeof environmentSchema>>;
/** First line of a results file: dataset, configuration and environment of the run. */
export type ResultsHeader = Readonly<z.output<typeof headerSchema>>;
/** The header fields that callers supply. */
export type RunDescription = Omit<ResultsHeader, 'format' | 'schemaVersion'>;

/** Describes this machine; `packages`: versions of the packages that determine the figures, by name. */
export const describeEnvironment = (packages: Readonly<Record<string, string>> = {}): Environment => ({
  node: process.version,
  platform: `${platform()}-${arch()}`,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  packages: { ...packages },
});

/**
 * Writes a run as JSON lines: the header, then one line per query with ids, scores, metrics and latency. The write is
 * atomic.
 * @throws LOCATION_NOT_WRITABLE
 */
export async function writeResults(
  path: string,
  run: RunDescription,
  results: readonly QueryResult[],
): Promise<void> {
  const header: ResultsHeader = { format: FORMAT, schemaVersion: SCHEMA_VERSION, ...run };
  const lines = [header, ...results].map((line) => `${JSON.stringify(line)}\n`);
  const temporary = `${path}.${process.pid}.partial`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(lines.join(''));
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new SragError(
      'LOCATION_NOT_WRITABLE',
      `The results cannot be written to ${path}: ${messageOf(cause)}.`,
      {
        remedy: 'Name a file in an existing folder that you may write to.',
        fields: { path },
        cause,
      },
    );
  }
}

/**
 * Reads a results file.
 * @throws PATH_NOT_FOUND, INVALID_RECORD naming file and line
 */
export async function readResults(
  path: string,
): Promise<{ header: ResultsHeader; results: readonly QueryResult[] }> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SragError('PATH_NOT_FOUND', `The results file ${path} cannot be read: ${messageOf(cause)}.`, {
      cause,
    });
  });
  const [first = '', ...rest] = text.split('\n').filter((line) => line.trim() !== '');
  const header = parseLine(headerSchema, first, `${path}:1`);
  const results = rest.map((line, index) => parseLine(resultSchema, line, `${path}:${index + 2}`));
  return { header, results };
}

function parseLine<T>(schema: z.ZodType<T>, line: string, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw invalidResult(place, `it is not JSON (${messageOf(cause)})`, cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidResult(
    place,
    `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'it is not valid'}`,
  );
}

const invalidResult = (place: string, problem: string, cause?: unknown): SragError =>
  new SragError('INVALID_RECORD', `${place} is not a line of evaluation results: ${problem}.`, {
    remedy: `Name a file that 'srag eval --output' of this version wrote (schema version ${SCHEMA_VERSION}).`,
    fields: { place },
    cause,
  });
