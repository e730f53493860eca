import { open, readFile } from 'node:fs/promises';
import { messageOf, SragError } from '../../core/index.ts';
import type { MeasuredFigures } from '../../measure/cost/index.ts';
import type { ComparedVariant } from '../../measure/index.ts';

/** Length of the start of a file that shows its kind. */
const START_BYTES = 4_096;
const EXPERIMENT = /^\s*\{\s*"format"\s*:\s*"srag-experiment"/;

/**
 * Figures of a document of `srag compare --json` or of a result file of `srag bench run`.
 * @throws PATH_NOT_FOUND, INVALID_RECORD for another file or one without a priced index kind
 */
export async function readFigures(path: string): Promise<readonly MeasuredFigures[]> {
  const measure = await import('../../measure/index.ts');
  const start = await startOf(path);
  const figures = EXPERIMENT.test(start)
    ? await measure.figuresOfExperiment(await measure.openResultFile(path))
    : measure.figuresOfComparison({ variants: await variantsOf(path) });
  if (figures.length > 0) return figures;
  throw foreign(path, 'it has no answered request of a backend that srag cost knows');
}

async function startOf(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new SragError('PATH_NOT_FOUND', `The result file ${path} cannot be read: ${messageOf(cause)}.`, {
      remedy: 'Check --results.',
      fields: { path },
      cause,
    });
  }
}

/** The variants of a comparison, with the fields that are read here. */
async function variantsOf(path: string): Promise<readonly ComparedVariant[]> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw foreign(path, `it is not JSON: ${messageOf(cause)}`, cause);
  }
  const { variants } = (value ?? {}) as { readonly variants?: unknown };
  if (!Array.isArray(variants) || !variants.every(isVariant))
    throw foreign(path, 'it has no compared variants');
  return variants;
}

const isVariant = (value: unknown): value is ComparedVariant => {
  const { summary, index } = (value ?? {}) as Partial<ComparedVariant>;
  return (
    typeof index?.kind === 'string' &&
    isRows(index.rows) &&
    isDuration(summary?.latencyMs?.p50) &&
    isDuration(index.buildMs)
  );
};

/** Documents of earlier releases do not state the rows. */
const isRows = (value: unknown): boolean =>
  value === undefined || (Number.isSafeInteger(value) && (value as number) >= 1);

const isDuration = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const foreign = (path: string, problem: string, cause?: unknown): SragError =>
  new SragError('INVALID_RECORD', `${path} has no figures for srag cost: ${problem}.`, {
    remedy: 'Name what srag compare --json printed, or a result file of srag bench run.',
    fields: { path },
    cause,
  });
