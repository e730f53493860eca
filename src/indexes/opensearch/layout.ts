import { createHash } from 'node:crypto';
import { z } from 'zod';
import { hasCode, SragError } from '../../core/index.ts';
import type { ObjectStorage } from '../../io/storage/index.ts';
import { decodeJson, encodeJson } from '../versions.ts';

/** Key of the record of a version's index on the server, below the version's prefix. */
const RECORD_FILE = 'opensearch.json';

const recordSchema = z.object({ formatVersion: z.literal(1), index: z.string().min(1) });

/** Name of a version's index on the server; lower case, at most 255 bytes. */
export const indexName = (prefix: string, collection: string, version: string): string =>
  `${prefix}-${collection}-${version}`.toLowerCase();

/** The `_id` of a chunk on the server, where ids have at most 512 bytes. */
export const documentId = (chunkId: string): string =>
  createHash('sha256').update(chunkId).digest('base64url');

/** Records the name of the index before it is created, so that every index can be found and deleted. */
export const writeRecord = (storage: ObjectStorage, prefix: string, index: string): Promise<unknown> =>
  storage.write(prefix + RECORD_FILE, encodeJson({ formatVersion: 1, index }));

/** Name of the index of the version at `prefix`. @throws DAMAGED_STORE */
export async function readRecord(storage: Pick<ObjectStorage, 'read'>, prefix: string): Promise<string> {
  const key = prefix + RECORD_FILE;
  try {
    return decodeJson(recordSchema, (await storage.read(key)).bytes, key).index;
  } catch (error) {
    if (!hasCode(error, 'OBJECT_NOT_FOUND')) throw error;
    throw new SragError('DAMAGED_STORE', `The name of the version's index is missing ('${key}').`, {
      remedy: 'Build the index again: srag index build KIND.',
      fields: { key },
      cause: error,
    });
  }
}
