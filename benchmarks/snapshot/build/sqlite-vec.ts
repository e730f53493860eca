import { join } from 'node:path';
import { type BuildJob, rowBatches } from './source.ts';

/** Writes a database with one virtual table of vectors, ids and texts. */
export async function buildSqlite(job: BuildJob): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite');
  const { load } = await import('sqlite-vec');
  const database = new DatabaseSync(join(job.folder, 'index.sqlite'), { allowExtension: true });
  load(database);
  database.exec(
    `CREATE VIRTUAL TABLE chunks USING vec0(embedding float[${job.dimensions}] distance_metric=cosine, +id TEXT, +text TEXT)`,
  );
  const insert = database.prepare('INSERT INTO chunks (embedding, id, text) VALUES (?, ?, ?)');
  for await (const { ids, texts, vectors } of rowBatches(job)) {
    database.exec('BEGIN');
    ids.forEach((id, row) => {
      const vector = vectors.slice(row * job.dimensions, (row + 1) * job.dimensions);
      insert.run(new Uint8Array(vector.buffer), id, texts[row]!);
    });
    database.exec('COMMIT');
  }
  database.close();
}
