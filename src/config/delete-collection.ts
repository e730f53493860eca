import { collectionPrefix } from '../core/index.ts';
import { settingsKey } from '../corpus/index.ts';
import { POINTER_KEY } from '../indexes/index.ts';
import type { ObjectStorage } from '../io/storage/index.ts';

/**
 * Deletes a collection, even a damaged one, and returns the number of its objects. Deletes the published
 * pointer first, the corpus's versions before its data, and the settings last, so that every intermediate
 * state is consistent and an interrupted deletion can be repeated.
 */
export async function deleteCollection(storage: ObjectStorage, name: string): Promise<number> {
  const prefix = collectionPrefix(name);
  const last = settingsKey(name);
  const versions: string[] = [];
  const others: string[] = [];
  let hasSettings = false;
  for await (const { key } of storage.list(prefix)) {
    if (key === last) hasSettings = true;
    else (key.includes('/_versions/') ? versions : others).push(key);
  }
  for (const keys of [[prefix + POINTER_KEY], versions, others, [last]]) await storage.delete(keys);
  return versions.length + others.length + Number(hasSettings);
}
