import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RESERVED_SEGMENT } from '../keys.ts';
import type { ObjectInfo } from '../port.ts';
import { systemCode } from './errors.ts';

/** Files asked for their size at once. */
const STAT_BATCH = 64;

/** Regular files below `root` whose path starts with `prefix`, in the order of their keys' bytes. */
export async function* walk(root: string, prefix: string): AsyncGenerator<ObjectInfo> {
  const slash = prefix.lastIndexOf('/') + 1;
  yield* walkFolder(root, prefix.slice(0, slash), prefix.slice(slash));
}

async function* walkFolder(root: string, parent: string, start: string): AsyncGenerator<ObjectInfo> {
  const names = (await entriesOf(join(root, parent)))
    .filter((entry) => (entry.isDirectory() || entry.isFile()) && entry.name.startsWith(start))
    .filter((entry) => parent !== '' || entry.name !== RESERVED_SEGMENT)
    // A folder sorts as its keys do: by its name and the slash after it.
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .map((name) => ({ name, bytes: Buffer.from(name) }))
    .sort((left, right) => Buffer.compare(left.bytes, right.bytes));
  let files: string[] = [];
  for (const { name } of names) {
    if (!name.endsWith('/')) files.push(parent + name);
    if (files.length < STAT_BATCH && !name.endsWith('/')) continue;
    yield* sized(root, files);
    files = [];
    if (name.endsWith('/')) yield* walkFolder(root, parent + name, '');
  }
  yield* sized(root, files);
}

async function* sized(root: string, keys: readonly string[]): AsyncGenerator<ObjectInfo> {
  const found = await Promise.all(
    keys.map(async (key) => {
      try {
        return { key, sizeBytes: (await stat(join(root, key))).size };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    }),
  );
  for (const object of found) if (object !== undefined) yield object;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Whether an error says that a file, or a folder above it, is not there. */
export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(systemCode(error));
