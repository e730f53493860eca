import {
  checkKey,
  checkRange,
  conditionFailed,
  notFound,
  notModified,
  outOfBounds,
} from '../../src/io/storage/keys.ts';
import type {
  ListOptions,
  ObjectInfo,
  ObjectStorage,
  ReadOptions,
  StoredObject,
  WriteCondition,
} from '../../src/io/storage/port.ts';

/** Objects in memory that follow all rules of the port; `reads` lists the read keys in order. */
export class MemoryStorage implements ObjectStorage {
  readonly location = 'memory';
  readonly reads: string[] = [];
  readonly #objects = new Map<string, { readonly bytes: Uint8Array; readonly etag: string }>();
  #writes = 0;

  async read(key: string, { range, ifMatch, ifNoneMatch }: ReadOptions = {}): Promise<StoredObject> {
    checkKey(key);
    checkRange(key, range);
    this.reads.push(key);
    // Yields to the event loop, so that requests sent together are in flight together.
    await new Promise(setImmediate);
    const found = this.#objects.get(key);
    if (found === undefined) throw notFound(key, this.location);
    if (ifMatch !== undefined && ifMatch !== found.etag) throw conditionFailed(key, `If-Match: ${ifMatch}`);
    if (ifNoneMatch === found.etag) throw notModified(key, this.location);
    const { offset, length } = range ?? { offset: 0, length: found.bytes.length };
    if (range !== undefined && offset + length > found.bytes.length)
      throw outOfBounds(key, range, found.bytes.length);
    return { bytes: found.bytes.slice(offset, offset + length), etag: found.etag };
  }

  async write(key: string, bytes: Uint8Array, condition?: WriteCondition): Promise<string> {
    checkKey(key);
    const found = this.#objects.get(key);
    if (condition !== undefined && 'ifNoneMatch' in condition && found !== undefined)
      throw conditionFailed(key, 'If-None-Match: *');
    if (condition !== undefined && 'ifMatch' in condition && found?.etag !== condition.ifMatch)
      throw conditionFailed(key, `If-Match: ${condition.ifMatch}`);
    this.#writes += 1;
    const etag = `"${this.#writes}"`;
    this.#objects.set(key, { bytes: bytes.slice(), etag });
    return etag;
  }

  async *list(prefix: string, { foldersAsOne }: ListOptions = {}): AsyncIterable<ObjectInfo> {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix));
    const depth = prefix.split('/').length;
    const entry = (key: string): string =>
      foldersAsOne && key.split('/').length > depth ? `${key.split('/', depth).join('/')}/` : key;
    for (const key of [...new Set(keys.map(entry))].sort())
      yield { key, sizeBytes: this.#objects.get(key)?.bytes.length ?? 0 };
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#objects.delete(key);
  }

  async close(): Promise<void> {}

  /** Objects below a prefix, by key without the prefix. */
  below(prefix: string): Map<string, Uint8Array> {
    const found = [...this.#objects].filter(([key]) => key.startsWith(prefix));
    return new Map(found.map(([key, { bytes }]) => [key.slice(prefix.length), bytes]));
  }
}
