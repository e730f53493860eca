import { createHash } from 'node:crypto';
import { z } from 'zod';
import { hasCode, SragError } from '../../core/index.ts';
import type { ObjectStorage } from '../../io/storage/index.ts';
import { decodeJson, encodeJson } from '../versions.ts';

/** Key of the record of a version's index on the server, below the version's prefix. */
const RECORD_FILE = 'opensearch.json';

const INDEX_NAME = /^[a-z0-9][a-z0-9_-]{0,254}$/;
const recordSchema = z.object({ formatVersion: z.literal(1), index: z.string().min(1) });

/** Name of a version's index on the server; lower case, at most 255 bytes. */
export const indexName = (prefix: string, collection: string, version: string): string =>
  `${prefix}-${collection}-${version}`.toLowerCase();

/** Stands for an id of any length on the server, which limits ids to 512 bytes and terms to 32,766. */
export const hashOf = (id: string): string => createHash('sha256').update(id).digest('base64url');

/** Records the name of the index before it is created, so that every index can be found and deleted. */
export const writeRecord = (storage: ObjectStorage, prefix: string, index: string): Promise<unknown> =>
  storage.write(prefix + RECORD_FILE, encodeJson({ formatVersion: 1, index }));

/**
 * Name of the index of the version at `prefix` (`COLLECTION/indexes/VERSION/`). A name that does not end like those
 * of this version is refused, so that an altered record cannot make srag read or delete other indexes.
 * @throws DAMAGED_STORE
 */
export async function readRecord(storage: Pick<ObjectStorage, 'read'>, prefix: string): Promise<string> {
  const key = prefix + RECORD_FILE;
  try {
    const { index } = decodeJson(recordSchema, (await storage.read(key)).bytes, key);
    const [collection = '', , version = ''] = prefix.split('/');
    const end = indexName('', collection, version);
    if (INDEX_NAME.test(index) && index.endsWith(end)) return index;
    throw new SragError('DAMAGED_STORE', `The record '${key}' names an index that is not of this version.`, {
      remedy: 'Build the index again: srag index build KIND.',
      fields: { key },
    });
  } catch (error) {
    if (!hasCode(error, 'OBJECT_NOT_FOUND')) throw error;
    throw new SragError('DAMAGED_STORE', `The name of the version's index is missing ('${key}').`, {
      remedy: 'Build the index again: srag index build KIND.',
      fields: { key },
      cause: error,
    });
  }
}
