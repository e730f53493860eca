import { createHash } from 'node:crypto';
import { type FileHandle, link, mkdir, open, rename, rmdir, stat, unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SragError, throwIfAborted } from '../../core/index.ts';
import {
  checkKey,
  checkPrefix,
  checkRange,
  conditionFailed,
  notFound,
  notModified,
  outOfBounds,
  RESERVED_SEGMENT,
} from '../keys.ts';
import type { ObjectInfo, ObjectStorage, ReadOptions, StoredObject, WriteCondition } from '../port.ts';
import { readError, systemCode, writeError } from './errors.ts';
import { etagOf, HASHED_BYTES, hashOf, readFully } from './etag.ts';
import { newHolder } from './holder.ts';
import { removeLeftovers } from './leftovers.ts';
import { withLock } from './lock.ts';
import { isMissing, walk } from './walk.ts';

/** Deletes in flight at once. */
const DELETES = 16;

/**
 * Objects as files below a folder. A write goes to a file aside, is flushed to the disk, then takes its name in
 * one step; conditional writes hold between processes of one machine, also when some of them are killed.
 */
export class FileStorage implements ObjectStorage {
  readonly location: string;
  readonly #aside: string;
  #prepared: Promise<void> | undefined;

  constructor(path: string) {
    this.location = path;
    this.#aside = join(path, RESERVED_SEGMENT);
  }

  async read(key: string, options: ReadOptions = {}): Promise<StoredObject> {
    checkKey(key);
    checkRange(key, options.range);
    throwIfAborted(options.signal);
    return this.#withFile(key, async (file) => {
      const stats = await file.stat({ bigint: true });
      if (stats.isDirectory()) throw notFound(key, this.location);
      const sizeBytes = Number(stats.size);
      const range = options.range ?? { offset: 0, length: sizeBytes };
      if (range.offset + range.length > sizeBytes) throw outOfBounds(key, range, sizeBytes);
      const bytes = await readFully(file, range.offset, range.length);
      const etag = await etagOf(file, stats, options.range === undefined ? bytes : undefined);
      if (options.ifMatch !== undefined && options.ifMatch !== etag)
        throw conditionFailed(key, `ETag ${options.ifMatch}`);
      if (options.ifNoneMatch === etag) throw notModified(key, this.location);
      throwIfAborted(options.signal);
      return { bytes, etag, release: () => void bytes.buffer.transfer(0) };
    });
  }

  async write(key: string, bytes: Uint8Array, condition?: WriteCondition): Promise<string> {
    checkKey(key);
    try {
      return await this.#write(key, bytes, condition);
    } catch (error) {
      throw writeError(error, this.location);
    }
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix);
    try {
      yield* walk(this.location, prefix);
    } catch (error) {
      throw readError(error, this.location);
    }
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) checkKey(key);
    if (keys.length === 0 || (await stat(this.location).catch(() => undefined)) === undefined) return;
    const left = [...keys];
    const worker = async (): Promise<void> => {
      for (let key = left.pop(); key !== undefined; key = left.pop()) await this.#delete(key);
    };
    try {
      await Promise.all(Array.from({ length: DELETES }, worker));
    } catch (error) {
      throw writeError(error, this.location);
    }
  }

  async close(): Promise<void> {}

  async #withFile<T>(key: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
    let file: FileHandle | undefined;
    try {
      file = await open(join(this.location, key), 'r');
      return await work(file);
    } catch (error) {
      if (isMissing(error)) throw notFound(key, this.location, error);
      throw readError(error, this.location);
    } finally {
      await file?.close();
    }
  }

  async #write(key: string, bytes: Uint8Array, condition: WriteCondition | undefined): Promise<string> {
    await this.#prepare();
    const target = join(this.location, key);
    const part = join(this.#aside, `${newHolder()}.part`);
    try {
      let etag = await writeFlushed(part, bytes);
      if (condition !== undefined && 'ifNoneMatch' in condition) {
        await this.#place(key, target, () => link(part, target));
      } else {
        etag = await this.#locked(key, async () => {
          const current = await this.#currentEtag(key);
          if (condition !== undefined && current !== condition.ifMatch) {
            throw conditionFailed(key, `ETag ${condition.ifMatch}`);
          }
          if (bytes.length > HASHED_BYTES) etag = await laterThan(part, target, etag);
          await this.#place(key, target, () => rename(part, target));
          return etag;
        });
      }
      await flushFolder(dirname(target));
      return etag;
    } finally {
      await unlink(part).catch(() => undefined);
    }
  }

  /** Gives the finished file its name; the folder may be removed by a delete just then. */
  async #place(key: string, target: string, place: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      await mkdir(dirname(target), { recursive: true }).catch((error: unknown) => {
        throw ['EEXIST', 'ENOTDIR'].includes(systemCode(error)) ? inTheWay(key, error) : error;
      });
      try {
        return await place();
      } catch (error) {
        const code = systemCode(error);
        if (code === 'EISDIR' || (code === 'EEXIST' && (await isFolder(target)))) throw inTheWay(key, error);
        if (code === 'EEXIST') throw conditionFailed(key, 'it must not exist', error);
        if (code !== 'ENOENT' || attempt > 20) throw error;
      }
    }
  }

  async #currentEtag(key: string): Promise<string | undefined> {
    try {
      return await this.#withFile(key, async (file) => {
        const stats = await file.stat({ bigint: true });
        if (stats.isDirectory()) throw inTheWay(key, undefined);
        return etagOf(file, stats);
      });
    } catch (error) {
      if (error instanceof SragError && error.code === 'OBJECT_NOT_FOUND') return undefined;
      throw error;
    }
  }

  async #delete(key: string): Promise<void> {
    const target = join(this.location, key);
    if ((await stat(target).catch(() => undefined))?.isFile() !== true) return;
    await this.#prepare();
    await this.#locked(key, () =>
      unlink(target).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      }),
    );
    // Folders exist only as far as objects are in them.
    for (let folder = dirname(target); folder !== this.location; folder = dirname(folder)) {
      if (
        !(await rmdir(folder).then(
          () => true,
          () => false,
        ))
      )
        break;
    }
  }

  #locked<T>(key: string, work: () => Promise<T>): Promise<T> {
    return withLock(this.#aside, createHash('sha256').update(key).digest('hex').slice(0, 32), work);
  }

  #prepare(): Promise<void> {
    this.#prepared ??= mkdir(this.#aside, { recursive: true }).then(
      () => removeLeftovers(this.#aside),
      (error: unknown) => {
        this.#prepared = undefined;
        throw error;
      },
    );
    return this.#prepared;
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<string> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
    return bytes.length > HASHED_BYTES
      ? await etagOf(file, await file.stat({ bigint: true }))
      : hashOf(bytes);
  } finally {
    await file.close();
  }
}

/** Sees to it that a large file's time is later than that of the one it replaces; gives its ETag. */
async function laterThan(part: string, target: string, etag: string): Promise<string> {
  const [next, current] = await Promise.all([
    stat(part, { bigint: true }),
    stat(target, { bigint: true }).catch(() => undefined),
  ]);
  if (current === undefined || next.mtimeNs > current.mtimeNs) return etag;
  const seconds = Number(current.mtimeNs / 1_000_000n + 2n) / 1_000;
  await utimes(part, seconds, seconds);
  const file = await open(part, 'r');
  try {
    return await etagOf(file, await file.stat({ bigint: true }));
  } finally {
    await file.close();
  }
}

/** Makes a new name survive a power failure; file systems that cannot flush folders do so by themselves. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;

const inTheWay = (key: string, cause: unknown): SragError =>
  new SragError(
    'INVALID_ARGUMENT',
    `'${key}' cannot be written: on disk an object cannot also be a folder of objects.`,
    {
      remedy: 'Choose keys of which none is another one followed by a slash.',
      fields: { field: 'key', value: key },
      cause,
    },
  );
