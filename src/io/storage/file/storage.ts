import { throwIfAborted } from '../../../core/index.ts';
import { checkKey, checkRange, conditionFailed, notModified } from '../keys.ts';
import type {
  ListOptions,
  ObjectInfo,
  ObjectStorage,
  ReadOptions,
  StoredObject,
  WriteCondition,
} from '../port.ts';
import { readError } from './errors.ts';
import { ObjectFolder } from './folder.ts';

/** Objects as files below a folder. */
export class FileStorage implements ObjectStorage {
  readonly location: string;
  readonly #folder: ObjectFolder;

  constructor(path: string) {
    this.location = path;
    this.#folder = new ObjectFolder(path);
  }

  async read(key: string, options: ReadOptions = {}): Promise<StoredObject> {
    checkKey(key);
    checkRange(key, options.range);
    throwIfAborted(options.signal);
    const object = await this.#folder.open(key);
    try {
      const { etag } = object;
      const bytes = await object.read(options.range);
      if (options.ifMatch !== undefined && options.ifMatch !== etag)
        throw conditionFailed(key, `ETag ${options.ifMatch}`);
      if (options.ifNoneMatch === etag) throw notModified(key, this.location);
      throwIfAborted(options.signal);
      return { bytes, etag, release: () => void bytes.buffer.transfer(0) };
    } catch (error) {
      throw readError(error, this.location);
    } finally {
      await object.close();
    }
  }

  async write(key: string, bytes: Uint8Array, condition?: WriteCondition): Promise<string> {
    checkKey(key);
    return (await this.#folder.place(key, await this.#folder.stage([bytes]), condition)).etag;
  }

  async *list(prefix: string, { foldersAsOne }: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    for await (const { key, sizeBytes } of this.#folder.list(prefix, { foldersAsOne }))
      yield { key, sizeBytes };
  }

  delete(keys: readonly string[]): Promise<void> {
    return this.#folder.delete(keys);
  }

  async close(): Promise<void> {}
}
