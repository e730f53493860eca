/** sqlite-vec: a scan of all vectors in a database on disk. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { load } from 'sqlite-vec';
import { runCandidate } from '../child.ts';
import { folderOf } from './texts-file.ts';

interface Row {
  readonly id: string;
  readonly text: string;
  readonly distance: number;
}

await runCandidate(({ place }) => {
  const path = join(folderOf(place), 'index.sqlite');
  const database = new DatabaseSync(path, { allowExtension: true, readOnly: true });
  load(database);
  const statement = database.prepare(
    'SELECT id, text, distance FROM chunks WHERE embedding MATCH ? AND k = ? ORDER BY distance',
  );
  return {
    search({ vector }, topK) {
      const rows = statement.all(new Uint8Array(vector!.buffer), topK) as unknown as Row[];
      return {
        ids: rows.map(({ id }) => id),
        scores: rows.map(({ distance }) => 1 - distance),
        texts: rows.map(({ text }) => text),
      };
    },
    close: () => database.close(),
  };
});
