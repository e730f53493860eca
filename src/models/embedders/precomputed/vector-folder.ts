import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fitToMetric, type Metric, SragError } from '../../../core/index.ts';
import { type NpyFile, openNpy, withNpy } from './npy.ts';

/** Vectors of a dataset's queries; row i belongs to `ids[i]`. */
interface QueryVectors {
  readonly ids: readonly string[];
  readonly vectors: Float32Array;
}

/** Exact nearest corpus rows of each query, best first: `k` row numbers per query. */
interface GroundTruth {
  readonly k: number;
  readonly rows: Int32Array;
}

/** Path of the `.npy` file of `name`, in single or half precision; undefined if neither exists. */
const findVectors = (directory: string, name: string): string | undefined =>
  ['f32', 'f16'].map((type) => join(directory, `${name}.${type}.npy`)).find((path) => existsSync(path));

const countMismatch = (message: string, fields: Record<string, unknown>): SragError =>
  new SragError('VECTOR_COUNT_MISMATCH', message, {
    remedy: 'Create the vectors again from the same file: one row per line, in the same order.',
    fields,
  });

/** Precomputed embeddings of a dataset, prepared for a metric. Row i of the corpus is line i of its `corpus.jsonl`. */
export class VectorFolder {
  readonly directory: string;
  readonly #corpus: NpyFile;
  readonly #metric: Metric;

  constructor(directory: string, corpus: NpyFile, metric: Metric) {
    this.directory = directory;
    this.#corpus = corpus;
    this.#metric = metric;
  }

  get dimensions(): number {
    return this.#corpus.columns;
  }

  /** Corpus rows. */
  get rows(): number {
    return this.#corpus.rows;
  }

  /**
   * Vectors of corpus rows `from` to `to` (excluded).
   * @throws INVALID_VECTOR, with the row in its message.
   */
  corpusRows(from: number, to: number): Promise<Float32Array> {
    return readRows(this.#corpus, from, to, this.#metric);
  }

  /** Vectors of the queries; undefined if the folder has none. */
  async queries(): Promise<QueryVectors | undefined> {
    const path = findVectors(this.directory, 'queries');
    if (path === undefined) return undefined;
    const idsPath = join(this.directory, 'queries-ids.txt');
    const ids = await readLines(idsPath);
    return withNpy(path, async (file) => {
      if (file.columns !== this.dimensions) {
        throw new SragError(
          'DIMENSION_MISMATCH',
          `${path} has ${file.columns} dimensions, but the corpus has ${this.dimensions}.`,
          { remedy: 'Create both with the same model.' },
        );
      }
      if (file.rows !== ids.length) {
        throw countMismatch(`${path} has ${file.rows} rows for ${ids.length} ids in ${idsPath}.`, {
          rows: file.rows,
          ids: ids.length,
        });
      }
      return { ids, vectors: await readRows(file, 0, file.rows, this.#metric) };
    });
  }

  /** Exact neighbours of the queries; undefined if the folder has none. */
  async groundTruth(): Promise<GroundTruth | undefined> {
    const path = join(this.directory, 'ground-truth.i32.npy');
    if (!existsSync(path)) return undefined;
    const ids = await readLines(join(this.directory, 'queries-ids.txt'));
    return withNpy(path, async (file) => {
      if (file.rows !== ids.length) {
        throw countMismatch(`${path} has ${file.rows} rows for ${ids.length} queries.`, { rows: file.rows });
      }
      const rows = await file.readIntegers(0, file.rows);
      const wrong = rows.findIndex((row) => row < 0 || row >= this.rows);
      if (wrong !== -1) {
        throw new SragError(
          'INVALID_DATASET',
          `${path} refers to row ${rows[wrong]}, but the corpus has ${this.rows} rows.`,
          {
            remedy: 'Compute the neighbours again from these vectors.',
          },
        );
      }
      return { k: file.columns, rows };
    });
  }

  /** @throws VECTOR_COUNT_MISMATCH unless there are as many corpus rows as `documents`. */
  expectRows(documents: number): void {
    if (documents === this.rows) return;
    throw countMismatch(`${this.#corpus.path} has ${this.rows} rows for ${documents} documents.`, {
      rows: this.rows,
      documents,
    });
  }

  close(): Promise<void> {
    return this.#corpus.close();
  }
}

async function readRows(file: NpyFile, from: number, to: number, metric: Metric): Promise<Float32Array> {
  const values = await file.readFloats(from, to);
  for (let row = from; row < to; row++) {
    const start = (row - from) * file.columns;
    fitToMetric(values.subarray(start, start + file.columns), metric, `vector in row ${row} of ${file.path}`);
  }
  return values;
}

async function readLines(path: string): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new SragError('PATH_NOT_FOUND', `Cannot read ${path}.`, {
      remedy: 'Write one query id per line to this file, in the order of the query vectors.',
      fields: { path },
      cause,
    });
  }
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * Opens a folder of precomputed embeddings: `corpus.f16.npy` or `corpus.f32.npy`, and optionally
 * `queries.*.npy` with `queries-ids.txt`, and `ground-truth.i32.npy`. Metric `cosine` scales vectors to unit
 * length, `dot` keeps them.
 * @throws PATH_NOT_FOUND if the folder contains no corpus vectors, and the errors of `openNpy`.
 */
export async function openVectorFolder(directory: string, metric: Metric = 'cosine'): Promise<VectorFolder> {
  const path = findVectors(directory, 'corpus');
  if (path === undefined) {
    throw new SragError(
      'PATH_NOT_FOUND',
      `${directory} contains neither corpus.f32.npy nor corpus.f16.npy.`,
      {
        remedy: 'Use the folder that contains the vectors of the dataset.',
        fields: { path: directory },
      },
    );
  }
  const corpus = await openNpy(path);
  if (corpus.type === 'int32' || corpus.columns === 0) {
    await corpus.close();
    throw new SragError(
      'UNSUPPORTED',
      `${path} contains ${corpus.type} in ${corpus.columns} columns, not vectors.`,
    );
  }
  return new VectorFolder(directory, corpus, metric);
}
