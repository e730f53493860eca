import { createHash } from 'node:crypto';
import { link, open, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SragError, undefinedIf } from '../../../core/index.ts';
import { checkKey, checkPrefix, conditionFailed, notFound, RESERVED_SEGMENT } from '../keys.ts';
import type { WriteCondition } from '../port.ts';
import { isFull, readError, systemCode, writeError } from './errors.ts';
import { HASHED_BYTES } from './etag.ts';
import { newHolder } from './holder.ts';
import { removeLeftovers } from './leftovers.ts';
import { withLock } from './lock.ts';
import { makeFolder } from './make-folder.ts';
import { OpenObject } from './open-object.ts';
import { laterThan, type StagedObject, writeStaged } from './staged.ts';
import { isMissing, type ListedObject, type WalkOptions, walk } from './walk.ts';

/** Concurrent deletes. */
const DELETES = 16;

/**
 * Objects as files below a folder, read and written in pieces. A write goes to a temporary file, is flushed to disk,
 * then renamed atomically. Conditional writes are safe between processes of one machine, even if some are killed.
 * Errors are those of `ObjectStorage`.
 */
export class ObjectFolder {
  readonly path: string;
  readonly #staging: string;
  #tidied: Promise<void> | undefined;

  constructor(path: string) {
    this.path = path;
    this.#staging = join(path, RESERVED_SEGMENT);
  }

  /** Rejects invalid keys. @throws INVALID_ARGUMENT */
  check(key: string): void {
    checkKey(key);
  }

  /** Opens the current version of an object; the caller must close it. @throws OBJECT_NOT_FOUND */
  async open(key: string): Promise<OpenObject> {
    checkKey(key);
    try {
      const opened = await OpenObject.open(join(this.path, key), key);
      if (opened !== undefined) return opened;
    } catch (error) {
      if (isMissing(error)) throw notFound(key, this.path, error);
      throw readError(error, this.path);
    }
    throw notFound(key, this.path);
  }

  /** Objects whose key starts with `prefix`, in key order. */
  async *list(prefix: string, options: WalkOptions = {}): AsyncGenerator<ListedObject> {
    checkPrefix(prefix);
    try {
      yield* walk(this.path, prefix, options);
    } catch (error) {
      throw readError(error, this.path);
    }
  }

  /** Writes content to a temporary file and flushes it. The caller must then call `place` or `discard`. */
  async stage(content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<StagedObject> {
    const path = join(this.#staging, `${newHolder()}.part`);
    try {
      await this.#prepare();
      return await writeStaged(path, content);
    } catch (error) {
      await unlink(path).catch(() => undefined);
      throw writeError(error, this.path);
    }
  }

  /** Renames staged content to its key if the condition holds. @throws CONDITION_FAILED */
  async place(key: string, staged: StagedObject, condition?: WriteCondition): Promise<StagedObject> {
    try {
      checkKey(key);
      return await this.#place(key, staged, condition);
    } catch (error) {
      throw writeError(error, this.path);
    } finally {
      await this.discard(staged);
    }
  }

  /** Removes staged content that was not placed. */
  async discard(staged: StagedObject): Promise<void> {
    await unlink(staged.path).catch(() => undefined);
  }

  /** Deletes objects; missing keys are not an error. */
  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) checkKey(key);
    if (keys.length === 0 || (await stat(this.path).catch(() => undefined)) === undefined) return;
    const left = [...keys];
    const worker = async (): Promise<void> => {
      for (let key = left.pop(); key !== undefined; key = left.pop()) await this.#delete(key);
    };
    try {
      await Promise.all(Array.from({ length: DELETES }, worker));
    } catch (error) {
      throw writeError(error, this.path);
    }
  }

  async #place(
    key: string,
    staged: StagedObject,
    condition: WriteCondition | undefined,
  ): Promise<StagedObject> {
    const target = join(this.path, key);
    let placed = staged;
    if (condition !== undefined && 'ifNoneMatch' in condition) {
      await this.#name(key, target, () => link(staged.path, target));
    } else {
      await this.#locked(key, async () => {
        if (condition !== undefined && (await this.#currentEtag(key)) !== condition.ifMatch) {
          throw conditionFailed(key, `ETag ${condition.ifMatch}`);
        }
        if (staged.sizeBytes > HASHED_BYTES) placed = await laterThan(staged, target);
        await this.#name(key, target, () => rename(staged.path, target));
      });
    }
    await flushFolder(dirname(target));
    return placed;
  }

  /** Moves a finished file to its name. Retries if a concurrent delete removes the folder meanwhile. */
  async #name(key: string, target: string, place: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      await makeFolder(dirname(target)).catch((error: unknown) => {
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
    if (await isFolder(join(this.path, key))) throw inTheWay(key, undefined);
    const object = await this.open(key).catch(undefinedIf('OBJECT_NOT_FOUND'));
    await object?.close();
    return object?.etag;
  }

  async #delete(key: string): Promise<void> {
    const target = join(this.path, key);
    if ((await stat(target).catch(() => undefined))?.isFile() !== true) return;
    const remove = (): Promise<void> =>
      unlink(target).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    // On a full disk, deletes without the lock, because there is no space for its file. Nor can a concurrent
    // conditional write create its lock.
    await this.#locked(key, remove).catch((error: unknown) => {
      if (!isFull(error)) throw error;
      return remove();
    });
    // Remove folders that no longer contain objects.
    for (let folder = dirname(target); folder !== this.path; folder = dirname(folder)) {
      const wasEmpty = await rmdir(folder).then(
        () => true,
        () => false,
      );
      if (!wasEmpty) break;
    }
  }

  async #locked<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.#prepare();
    return withLock(this.#staging, createHash('sha256').update(key).digest('hex').slice(0, 32), work);
  }

  /** Creates the folder of unfinished writes each time, because the location may be deleted while it is open. */
  async #prepare(): Promise<void> {
    await makeFolder(this.#staging);
    this.#tidied ??= removeLeftovers(this.#staging);
    await this.#tidied;
  }
}

/**
 * Flushes a folder, so that a new name survives a power failure. Errors are ignored: file systems that cannot
 * flush folders need no flush.
 */
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
      remedy: 'Do not use a key as the folder of another one, as in a and a/b.',
      fields: { field: 'key', value: key },
      cause,
    },
  );
