import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '../../src/measure/index.ts';
import { readNpy } from '../../src/models/embedders/index.ts';
import { calibrate, listsOf, meanVector, RESCORED, TRUE_NEAREST } from './calibrate.ts';
import { toHalfFloats } from './half-float.ts';
import { ClusterModel } from './model.ts';
import { NpyWriter } from './npy-writer.ts';
import { foundShare } from './one-bit.ts';
import type { GeneratorOptions } from './options.ts';
import { corpusId, queryId, queryLines } from './texts.ts';
import { Threads } from './threads.ts';

const BLOCK_ROWS = 2_048;
const TRUTH_DEPTH = 100;
const CHECKED_QUERIES = 100;
/** Seed offset of the queries; the seeds of corpus rows are higher. */
const QUERY_SEED_OFFSET = 0x9e37;

export interface GeneratedCollection {
  readonly vectorsFolder: string;
  readonly spread: number;
  /** Mean share of the 10 nearest rows that 1-bit codes rank among the best 100, over a sample of queries. */
  readonly recall: number;
}

/**
 * Writes the collection. Memory use is a few blocks of rows plus the queries, regardless of the number of
 * rows.
 */
export async function generate(
  options: GeneratorOptions,
  say: (text: string) => void,
): Promise<GeneratedCollection> {
  const { out, dimensions, clusters, seed } = options;
  const vectorsFolder = join(out, 'vectors', `synthetic-${dimensions}`);
  await mkdir(vectorsFolder, { recursive: true });
  await mkdir(join(out, 'qrels'), { recursive: true });
  const spread = options.spread ?? (await calibrate({ dimensions, clusters, seed }, options.rows, say));
  const model = new ClusterModel({ dimensions, clusters, seed, spread });
  const threads = new Threads(options.threads ?? availableParallelism());
  try {
    const corpus = join(vectorsFolder, 'corpus.f16.npy');
    await writeCorpus(options, model, corpus, threads, say);
    const queries = await writeQueries(options, model, vectorsFolder);
    say('computing the exact neighbours');
    const { rows, topK } = await exactRows(options, corpus, queries, threads);
    const truth = await NpyWriter.create(
      join(vectorsFolder, 'ground-truth.i32.npy'),
      '<i4',
      options.queries,
      topK,
    );
    await truth.writeRows(0, rows).finally(() => truth.close());
    if (options.texts) await writeJudgements(out, listsOf(rows, topK, TRUE_NEAREST));

    const checked = Math.min(CHECKED_QUERIES, options.queries);
    const centre = meanVector(model.draw(4_096, seededRandom(seed)).vectors, dimensions);
    const parts = inParts(queries.subarray(0, checked * dimensions), dimensions, threads.size);
    const found = await Promise.all(
      parts.map((part) => threads.run({ task: 'codes', corpus, queries: part, centre, depth: RESCORED })),
    );
    const nearest = listsOf(rows, topK, TRUE_NEAREST).slice(0, checked);
    return { vectorsFolder, spread, recall: foundShare(found.flat(), nearest) };
  } finally {
    await threads.close();
  }
}

async function writeCorpus(
  { out, rows, dimensions, texts }: GeneratorOptions,
  model: ClusterModel,
  path: string,
  threads: Threads,
  say: (text: string) => void,
): Promise<void> {
  const file = await NpyWriter.create(path, '<f2', rows, dimensions);
  const lines = texts ? createWriteStream(join(out, 'corpus.jsonl.gz')) : undefined;
  const pending: { firstRow: number; block: ReturnType<typeof draw> }[] = [];
  const draw = (firstRow: number) => {
    const count = Math.min(BLOCK_ROWS, rows - firstRow);
    return threads.run({ task: 'draw', model: model.settings, firstRow, count, withTexts: texts });
  };
  for (let next = 0, written = 0; written < rows; ) {
    for (; next < rows && pending.length < 2 * threads.size; next += BLOCK_ROWS)
      pending.push({ firstRow: next, block: draw(next) });
    const { firstRow, block } = pending.shift()!;
    const { halves, texts: member } = await block;
    await file.writeRows(firstRow, halves);
    if (lines !== undefined && member !== undefined && !lines.write(member))
      await new Promise<void>((resolve) => lines.once('drain', resolve));
    written = firstRow + halves.length / dimensions;
    if (Math.floor((10 * firstRow) / rows) < Math.floor((10 * written) / rows))
      say(`${written} of ${rows} rows`);
  }
  await file.close();
  if (lines !== undefined) await finished(lines.end());
}

/**
 * Draws the queries like the rows, from a separate random stream; returns them as read back from the file.
 */
async function writeQueries(
  { out, queries: count, dimensions, seed, texts }: GeneratorOptions,
  model: ClusterModel,
  folder: string,
): Promise<Float32Array> {
  const { vectors, topics } = model.draw(count, seededRandom(seed + QUERY_SEED_OFFSET));
  const path = join(folder, 'queries.f16.npy');
  const file = await NpyWriter.create(path, '<f2', count, dimensions);
  await file.writeRows(0, toHalfFloats(vectors)).finally(() => file.close());
  const ids = Array.from({ length: count }, (_, row) => `${queryId(row)}\n`);
  await writeFile(join(folder, 'queries-ids.txt'), ids.join(''));
  if (texts) await writeFile(join(out, 'queries.jsonl.gz'), gzipSync(queryLines(topics, seed)));
  return (await readNpy(path)).values;
}

async function exactRows(
  { rows, dimensions }: GeneratorOptions,
  corpus: string,
  queries: Float32Array,
  threads: Threads,
): Promise<{ rows: Int32Array; topK: number }> {
  const topK = Math.min(TRUTH_DEPTH, rows);
  const parts = inParts(queries, dimensions, threads.size);
  const found = await Promise.all(
    parts.map((part) => threads.run({ task: 'truth', corpus, queries: part, topK })),
  );
  return { rows: Int32Array.from(found.flatMap((part) => [...part])), topK };
}

async function writeJudgements(out: string, nearest: readonly (readonly number[])[]): Promise<void> {
  const lines = nearest.flatMap((rows, query) =>
    rows.map((row) => `${queryId(query)}\t${corpusId(row)}\t1\n`),
  );
  await writeFile(join(out, 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${lines.join('')}`);
}

/** Splits vectors into at most `parts` parts of nearly equal size. */
function inParts(vectors: Float32Array, dimensions: number, parts: number): Float32Array[] {
  const count = vectors.length / dimensions;
  const size = Math.ceil(count / parts) * dimensions;
  return Array.from({ length: Math.ceil(vectors.length / size) }, (_, part) =>
    vectors.slice(part * size, (part + 1) * size),
  );
}
