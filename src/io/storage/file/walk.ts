import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isNameable, RESERVED_SEGMENT } from '../keys.ts';
import type { ListOptions, ObjectInfo } from '../port.ts';
import { systemCode } from './errors.ts';

/** Concurrent stat calls. */
const STAT_BATCH = 64;

export interface WalkOptions extends ListOptions {
  /** Lists only keys after this one, in byte order. */
  readonly after?: string | undefined;
}

/** An object, or a folder of objects. */
export interface ListedObject extends ObjectInfo {
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly isFolder: boolean;
}

/** Regular files below `root` whose path starts with `prefix`, in byte order of their keys. */
export async function* walk(
  root: string,
  prefix: string,
  options: WalkOptions = {},
): AsyncGenerator<ListedObject> {
  const slash = prefix.lastIndexOf('/') + 1;
  const after = Buffer.from(options.after ?? '');
  yield* new Walk(root, after, options.foldersAsOne === true).folder(
    prefix.slice(0, slash),
    prefix.slice(slash),
  );
}

class Walk {
  readonly #root: string;
  readonly #after: Buffer;
  readonly #foldersAsOne: boolean;

  constructor(root: string, after: Buffer, foldersAsOne: boolean) {
    this.#root = root;
    this.#after = after;
    this.#foldersAsOne = foldersAsOne;
  }

  async *folder(parent: string, start: string): AsyncGenerator<ListedObject> {
    const names = (await entriesOf(join(this.#root, parent)))
      .filter((entry) => (entry.isDirectory() || entry.isFile()) && entry.name.startsWith(start))
      .filter(({ name }) => isNameable(name) && (parent !== '' || name !== RESERVED_SEGMENT))
      // A folder sorts like its keys: by its name and a slash.
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .map((name) => ({ name, bytes: Buffer.from(parent + name) }))
      .filter(({ name, bytes }) => this.#isWanted(name, bytes))
      .sort((left, right) => Buffer.compare(left.bytes, right.bytes));
    let files: string[] = [];
    for (const { name } of names) {
      const isFolder = name.endsWith('/');
      if (!isFolder) files.push(parent + name);
      if (files.length < STAT_BATCH && !isFolder) continue;
      yield* this.#sized(files);
      files = [];
      if (isFolder) yield* this.#below(parent + name);
    }
    yield* this.#sized(files);
  }

  async *#below(path: string): AsyncGenerator<ListedObject> {
    if (!this.#foldersAsOne) {
      yield* this.folder(path, '');
      return;
    }
    const entry = { key: path, sizeBytes: 0, isFolder: true };
    try {
      // A folder without any objects below it is not listed.
      for await (const { modifiedMs } of new Walk(this.#root, this.#after, false).folder(path, '')) {
        yield { ...entry, modifiedMs };
        return;
      }
    } catch {
      // An unreadable folder must not hide its siblings; reading its objects will report the reason.
      yield { ...entry, modifiedMs: 0 };
    }
  }

  /** Whether an entry, or anything in a folder, may come after the key at which the listing resumes. */
  #isWanted(name: string, bytes: Buffer): boolean {
    if (this.#after.length === 0 || Buffer.compare(bytes, this.#after) > 0) return true;
    return name.endsWith('/') && this.#after.subarray(0, bytes.length).equals(bytes);
  }

  async *#sized(keys: readonly string[]): AsyncGenerator<ListedObject> {
    const found = await Promise.all(
      keys.map(async (key) => {
        try {
          const { size, mtimeMs } = await stat(join(this.#root, key));
          return { key, sizeBytes: size, modifiedMs: mtimeMs, isFolder: false };
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      }),
    );
    for (const object of found) if (object !== undefined) yield object;
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Whether an error says that a file or one of its parent folders does not exist. */
export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(systemCode(error));
