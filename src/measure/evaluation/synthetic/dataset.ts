import { mkdir, writeFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { exactNeighbours } from '../exact.ts';
import { type SyntheticCollection, type SyntheticOptions, syntheticCollection } from './collection.ts';

/**
 * Number of judged documents per query. They are its exact nearest rows, so that recall@10 of a vector search
 * is the recall of its index.
 */
const JUDGED = 10;
const TRUTH_DEPTH = 100;

/** Output of {@link writeSyntheticDataset}. */
export interface SyntheticDataset {
  /** Dataset folder in the BEIR layout, for `srag eval FOLDER`. */
  readonly folder: string;
  /** Folder of precomputed vectors, for `--vectors`. */
  readonly vectorsFolder: string;
  readonly rows: number;
  readonly queries: number;
}

/**
 * Writes a synthetic collection as a dataset folder: corpus.jsonl, queries.jsonl, qrels/test.tsv (the 10 exact
 * nearest rows of each query, grade 1) and vectors/ with corpus.f32.npy, queries.f32.npy, queries-ids.txt and
 * ground-truth.i32.npy.
 */
export async function writeSyntheticDataset(
  folder: string,
  options: SyntheticOptions,
): Promise<SyntheticDataset> {
  const collection = syntheticCollection(options);
  const { dimensions, documents, queries, vectors, queryVectors } = collection;
  const truth = await exactNeighbours({
    dimensions,
    blocks: [vectors],
    queries: queryVectors,
    topK: TRUTH_DEPTH,
  });
  const vectorsFolder = join(folder, 'vectors');
  await mkdir(vectorsFolder, { recursive: true });
  await mkdir(join(folder, 'qrels'), { recursive: true });
  await Promise.all([
    writeFile(join(folder, 'corpus.jsonl'), jsonLines(documents.map(corpusRecord))),
    writeFile(join(folder, 'queries.jsonl'), jsonLines(queries.map(({ id, text }) => ({ _id: id, text })))),
    writeFile(join(folder, 'qrels', 'test.tsv'), judgementLines(collection, truth)),
    writeFile(join(vectorsFolder, 'queries-ids.txt'), queries.map(({ id }) => `${id}\n`).join('')),
    writeFile(join(vectorsFolder, 'corpus.f32.npy'), npyBytes(vectors, dimensions)),
    writeFile(join(vectorsFolder, 'queries.f32.npy'), npyBytes(queryVectors, dimensions)),
    writeFile(join(vectorsFolder, 'ground-truth.i32.npy'), npyBytes(truth.rows, truth.topK)),
  ]);
  return { folder, vectorsFolder, rows: documents.length, queries: queries.length };
}

const corpusRecord = ({ id, title, text, topic }: SyntheticCollection['documents'][number]): object => ({
  _id: id,
  title,
  text,
  metadata: { topic },
});

const jsonLines = (records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

function judgementLines(collection: SyntheticCollection, truth: { topK: number; rows: Int32Array }): string {
  const lines = collection.queries.flatMap(({ id }, query) => {
    const nearest = truth.rows.subarray(
      query * truth.topK,
      query * truth.topK + Math.min(JUDGED, truth.topK),
    );
    return [...nearest].map((row) => `${id}\t${collection.documents[row]!.id}\t1\n`);
  });
  return `query-id\tcorpus-id\tscore\n${lines.join('')}`;
}

/**
 * A matrix in NumPy's .npy format 1.0 (numpy.lib.format), rows of `columns` values, C order.
 * Values have the machine's byte order, which the header states.
 */
function npyBytes(values: Float32Array | Int32Array, columns: number): Buffer {
  const order = endianness() === 'LE' ? '<' : '>';
  const type = `${order}${values instanceof Float32Array ? 'f4' : 'i4'}`;
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${values.length / columns}, ${columns}), }`;
  const unpadded = 10 + header.length + 1;
  const padded = Math.ceil(unpadded / 64) * 64;
  const start = Buffer.alloc(padded, ' ');
  start.write('\x93NUMPY\x01\x00', 'latin1');
  start.writeUInt16LE(padded - 10, 8);
  start.write(header, 10, 'latin1');
  start.write('\n', padded - 1, 'latin1');
  return Buffer.concat([start, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]);
}
