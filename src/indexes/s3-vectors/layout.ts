import { createHash } from 'node:crypto';
import { z } from 'zod';
import { undefinedIf } from '../../core/index.ts';
import type { ObjectStorage } from '../../io/storage/index.ts';
import { decodeJson, encodeJson } from '../versions.ts';

/** Key of the record that a version may have an index, below the version's prefix. */
const RECORD_FILE = 's3-vectors.json';
/** Maximum characters of the name of an index. */
const NAME_LENGTH = 63;
/** First part of the names of all indexes. */
export const NAME_PREFIX = 'srag-';

const recordSchema = z.object({
  formatVersion: z.literal(1),
  bucket: z.string().min(1),
  region: z.string().min(1),
});

/** Vector bucket of an index. */
export interface BucketRecord {
  readonly bucket: string;
  readonly region: string;
}

/**
 * Name of the index of the version at `prefix` (`COLLECTION/indexes/VERSION/`). A collection's name that is too long,
 * or has characters that the service does not accept, is replaced by its hash.
 */
export function indexName(prefix: string): string {
  const [collection = '', , version = ''] = prefix.split('/');
  const name = `${NAME_PREFIX}${collection}-${version}`.toLowerCase();
  if (name.length <= NAME_LENGTH && !name.includes('_')) return name;
  const hash = createHash('sha256').update(collection).digest('hex').slice(0, 16);
  return `${NAME_PREFIX}${hash}-${version}`.toLowerCase();
}

/** Records the vector bucket of the index before it is created, so that every index can be found and deleted. */
export const writeRecord = (
  storage: ObjectStorage,
  prefix: string,
  { bucket, region }: BucketRecord,
): Promise<unknown> => storage.write(prefix + RECORD_FILE, encodeJson({ formatVersion: 1, bucket, region }));

/** Deletes the record of an index that was not created. */
export const deleteRecord = (storage: ObjectStorage, prefix: string): Promise<void> =>
  storage.delete([prefix + RECORD_FILE]);

/** Vector bucket of a version's index; undefined if the version never had one. @throws DAMAGED_STORE */
export async function findRecord(
  storage: Pick<ObjectStorage, 'read'>,
  prefix: string,
): Promise<BucketRecord | undefined> {
  const key = prefix + RECORD_FILE;
  const found = await storage.read(key).catch(undefinedIf('OBJECT_NOT_FOUND'));
  return found && decodeJson(recordSchema, found.bytes, key);
}
