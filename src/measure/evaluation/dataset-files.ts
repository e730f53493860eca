import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { messageOf, SragError } from '../../core/index.ts';

/** A line of a dataset file with its location. */
export interface DatasetLine {
  readonly text: string;
  /** `file:line` for messages; lines are numbered from 1. */
  readonly place: string;
}

/** Finds `name` or `name.gz` in a dataset folder. @throws INVALID_DATASET naming the missing file */
export async function findDatasetFile(folder: string, name: string): Promise<string> {
  for (const candidate of [name, `${name}.gz`]) {
    const path = join(folder, candidate);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return path;
  }
  const missing = join(folder, name);
  throw new SragError('INVALID_DATASET', `The dataset has no file ${missing} (or ${name}.gz).`, {
    remedy:
      'A dataset is a folder with corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv, each plain or .gz (BEIR layout).',
    fields: { path: missing },
  });
}

/** Names of the splits with judgements. */
export async function listSplits(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'qrels')).catch(() => [] as string[]);
  return names.flatMap((name) => /^(.+)\.tsv(?:\.gz)?$/.exec(name)?.[1] ?? []).sort();
}

/** Lines of a plain or gzipped text file, without empty ones. @throws INVALID_DATASET if it cannot be read */
export async function* datasetLines(path: string): AsyncGenerator<DatasetLine> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  if (input !== file) file.on('error', (error) => input.destroy(error));
  let line = 0;
  try {
    for await (const raw of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      const text = line === 1 ? raw.replace(/^\uFEFF/, '') : raw;
      if (text.trim() !== '') yield { text, place: `${path}:${line}` };
    }
  } catch (cause) {
    throw new SragError(
      'INVALID_DATASET',
      `${path} cannot be read after line ${line}: ${messageOf(cause)}.`,
      {
        remedy: 'The file is damaged or truncated; download it again.',
        fields: { path, line },
        cause,
      },
    );
  } finally {
    file.destroy();
  }
}

/** Parses a JSON line. @throws INVALID_DATASET naming file and line */
export function parseRecord({ text, place }: DatasetLine): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalidLine(place, `it is not JSON: ${messageOf(cause)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidLine(place, `it is ${JSON.stringify(value)?.slice(0, 80)}, not an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** The `_id` of a record as text; numbers are accepted. @throws INVALID_DATASET naming file and line */
export function recordId(record: Readonly<Record<string, unknown>>, place: string): string {
  const id = record._id;
  if (typeof id === 'string' && id !== '') return id;
  if (typeof id === 'number') return String(id);
  throw invalidLine(place, `its _id is ${JSON.stringify(id) ?? 'missing'}, not a string or a number`);
}

/** An error about one line. */
export const invalidLine = (place: string, problem: string): SragError =>
  new SragError('INVALID_DATASET', `${place} is wrong: ${problem}.`, {
    remedy: 'Correct or remove that line.',
    fields: { place },
  });
