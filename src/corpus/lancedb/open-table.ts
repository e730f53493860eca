import type { Connection, Table } from '@lancedb/lancedb';
import type { Schema } from 'apache-arrow';
import { SragError } from '../../core/index.ts';
import { guarded, isMissingTable, type LancePlace } from '../../io/lance/index.ts';
import { openStorage } from '../../io/storage/index.ts';
import { withRetries } from './retries.ts';
import { TABLE } from './schema.ts';

/**
 * Opens the corpus table, creating it if it has no version yet. A process killed while creating the table leaves its
 * folder behind, so the folder alone does not prove that the table exists.
 * @throws DAMAGED_STORE for a table that contains data but has lost its versions
 */
export function openTable(
  connection: Connection,
  place: LancePlace,
  schema: Schema,
  collection: string,
): Promise<Table> {
  return withRetries(() =>
    guarded(`Opening the corpus of '${collection}'`, async () => {
      const existing = await openExisting(connection);
      if (existing !== undefined) return existing;
      if (!(await holdsData(place)))
        return connection.createEmptyTable(TABLE, schema, { mode: 'create', existOk: true });
      // The table may contain data because another process has just created it.
      const created = await openExisting(connection);
      if (created === undefined) throw lostVersions(collection);
      return created;
    }),
  );
}

async function openExisting(connection: Connection): Promise<Table | undefined> {
  try {
    return await connection.openTable(TABLE);
  } catch (error) {
    if (isMissingTable(error)) return undefined;
    throw error;
  }
}

/**
 * Whether the table's folder contains data. Data is written only after the first version, so an unfinished
 * creation has none.
 */
async function holdsData(place: LancePlace): Promise<boolean> {
  const storage = await openStorage(place.location, place.s3);
  try {
    for await (const { key } of storage.list(`${place.prefix}${TABLE}.lance/data/`)) {
      if (key.endsWith('.lance')) return true;
    }
    return false;
  } finally {
    await storage.close();
  }
}

const lostVersions = (collection: string): SragError =>
  new SragError(
    'DAMAGED_STORE',
    `The corpus of '${collection}' contains data, but its versions are missing.`,
    {
      remedy: `Restore the location from a copy, or delete the collection (srag collection delete ${collection}) and ingest again.`,
      fields: { collection },
    },
  );
