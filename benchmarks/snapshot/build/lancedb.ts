import type { Index, Table } from '@lancedb/lancedb';
import { loadLance, tableOf } from '../../../src/io/lance/index.ts';
import { type BuildJob, rowBatches } from './source.ts';

const MIN_LISTS = 1;
const ROWS_PER_GRAPH = 10_000;

/** Writes a table `chunks` with id, text and vector, and the index of the kind. */
export async function buildLance(job: BuildJob): Promise<void> {
  const { lance, arrow } = await loadLance();
  const { kind, folder, rows, dimensions } = job;
  const schema = new arrow.Schema([
    new arrow.Field('id', new arrow.Utf8(), false),
    new arrow.Field('text', new arrow.Utf8(), false),
    new arrow.Field(
      'vector',
      new arrow.FixedSizeList(dimensions, new arrow.Field('item', new arrow.Float32(), true)),
      true,
    ),
  ]);
  const connection = await lance.connect(folder);
  const table: Table = await connection.createEmptyTable('chunks', schema);
  for await (const { ids, texts, vectors } of rowBatches(job)) {
    const each = ids.map((_, row) => vectors.subarray(row * dimensions, (row + 1) * dimensions));
    const columns = { id: { values: ids }, text: { values: texts }, vector: { vectors: each } };
    await table.add(tableOf(arrow, schema, columns, ids.length));
  }
  // Merges the rows into one fragment, as after a bulk load, which is the best case for reads.
  await table.optimize({ cleanupOlderThan: new Date() });
  const config = configure(lance.Index, kind, rows);
  if (config !== undefined) {
    await table.createIndex('vector', { config });
    await table.optimize({ cleanupOlderThan: new Date() });
  }
  table.close();
  connection.close();
}

function configure(index: typeof Index, kind: string, rows: number): Index | undefined {
  const lists = (count: number) => ({
    distanceType: 'cosine' as const,
    numPartitions: Math.max(MIN_LISTS, Math.round(count)),
  });
  switch (kind) {
    case 'lancedb-flat':
      return undefined;
    case 'lancedb-ivf-rq':
      return index.ivfRq(lists(Math.sqrt(rows)));
    case 'lancedb-ivf-hnsw-sq':
      return index.hnswSq(lists(rows / ROWS_PER_GRAPH));
    default:
      throw new Error(`Unknown LanceDB index kind: ${kind}.`);
  }
}
