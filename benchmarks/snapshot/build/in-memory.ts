import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { type BuildJob, type RowBatch, rowBatches } from './source.ts';

const CONNECTIVITY = 16;
const EXPANSION = 128;
const SEED = 100;

/** Writes the serialised graph of USearch, and the texts. */
export async function buildUsearch(job: BuildJob): Promise<void> {
  const { Index, MetricKind, ScalarKind } = await import('usearch');
  const index = new Index({
    dimensions: job.dimensions,
    metric: MetricKind.Cos,
    quantization: ScalarKind.F32,
    connectivity: CONNECTIVITY,
    expansion_add: EXPANSION,
    expansion_search: EXPANSION,
    multi: false,
  });
  await withTexts(job, ({ firstRow, ids, vectors }) => {
    index.add(
      BigUint64Array.from(ids, (_, row) => BigInt(firstRow + row)),
      vectors,
    );
  });
  index.save(join(job.folder, 'index.usearch'));
}

/** Writes the serialised graph of hnswlib, and the texts. */
export async function buildHnswlib(job: BuildJob): Promise<void> {
  const { dimensions, rows, folder } = job;
  const { default: hnswlib } = await import('hnswlib-node');
  const index = new hnswlib.HierarchicalNSW('cosine', dimensions);
  index.initIndex(rows, CONNECTIVITY, EXPANSION, SEED);
  await withTexts(job, ({ firstRow, ids, vectors }) => {
    for (let row = 0; row < ids.length; row++)
      index.addPoint([...vectors.subarray(row * dimensions, (row + 1) * dimensions)], firstRow + row);
  });
  index.writeIndexSync(join(folder, 'index.hnsw'));
}

async function withTexts(job: BuildJob, add: (batch: RowBatch) => void): Promise<void> {
  const lines = createWriteStream(join(job.folder, 'texts.jsonl'));
  for await (const batch of rowBatches(job)) {
    add(batch);
    lines.write(batch.ids.map((id, row) => `${JSON.stringify([id, batch.texts[row]])}\n`).join(''));
  }
  await finished(lines.end());
}
