import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SragError, undefinedIf } from '../../core/index.ts';
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
 * Name of the index of the version at `prefix` (`COLLECTION/indexes/VERSION/`); undefined if there is none. A name that does not end like those
 * of this version is refused, so that an altered record cannot make srag read or delete other indexes.
 * @throws DAMAGED_STORE
 */
export async function findRecord(
  storage: Pick<ObjectStorage, 'read'>,
  prefix: string,
): Promise<string | undefined> {
  const key = prefix + RECORD_FILE;
  const found = await storage.read(key).catch(undefinedIf('OBJECT_NOT_FOUND'));
  if (found === undefined) return undefined;
  const { index } = decodeJson(recordSchema, found.bytes, key);
  const [collection = '', , version = ''] = prefix.split('/');
  if (INDEX_NAME.test(index) && index.endsWith(indexName('', collection, version))) return index;
  throw damagedRecord(key, `The record '${key}' names an index that is not of this version.`);
}

/** Name of the index of the version at `prefix`. @throws DAMAGED_STORE if it is missing or refused */
export async function readRecord(storage: Pick<ObjectStorage, 'read'>, prefix: string): Promise<string> {
  const index = await findRecord(storage, prefix);
  if (index !== undefined) return index;
  const key = prefix + RECORD_FILE;
  throw damagedRecord(key, `The name of the version's index is missing ('${key}').`);
}

const damagedRecord = (key: string, message: string): SragError =>
  new SragError('DAMAGED_STORE', message, {
    remedy: 'Build the index again: srag index build KIND.',
    fields: { key },
  });
