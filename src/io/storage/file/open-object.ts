import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { outOfBounds } from '../keys.ts';
import type { ByteRange } from '../port.ts';
import { etagOf, HASHED_BYTES, readFully } from './etag.ts';

const PIECE_BYTES = 256 * 1024;

/** An opened version of an object. It stays readable when the object is replaced or deleted. */
export class OpenObject {
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Distinguishes this file from earlier and later files of the same key, even with the same content. */
  readonly identity: string;
  readonly #file: FileHandle;
  /** The content of a small object, read to compute its ETag. */
  readonly #content: Uint8Array<ArrayBuffer> | undefined;

  private constructor(
    file: FileHandle,
    facts: Pick<OpenObject, 'key' | 'etag' | 'sizeBytes' | 'modifiedMs' | 'identity'>,
    content: Uint8Array<ArrayBuffer> | undefined,
  ) {
    this.#file = file;
    this.#content = content;
    this.key = facts.key;
    this.etag = facts.etag;
    this.sizeBytes = facts.sizeBytes;
    this.modifiedMs = facts.modifiedMs;
    this.identity = facts.identity;
  }

  /** Returns undefined for a folder. @throws the system's errors, including the one for a missing file */
  static async open(path: string, key: string): Promise<OpenObject | undefined> {
    // Without O_NONBLOCK, which Windows lacks, opening a FIFO waits for a writer.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await file.stat({ bigint: true });
      if (stats.isFile()) {
        const sizeBytes = Number(stats.size);
        const content = sizeBytes > HASHED_BYTES ? undefined : await readFully(file, 0, sizeBytes);
        const etag = await etagOf(file, stats, content);
        const identity = `${stats.ino}-${stats.mtimeNs}`;
        return new OpenObject(
          file,
          { key, etag, sizeBytes, modifiedMs: Number(stats.mtimeMs), identity },
          content,
        );
      }
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.close();
    return undefined;
  }

  /** Reads a range, or all bytes. @throws INVALID_ARGUMENT if the range is outside the object */
  async read(range: ByteRange = { offset: 0, length: this.sizeBytes }): Promise<Uint8Array<ArrayBuffer>> {
    const { offset, length } = this.#within(range);
    return this.#content?.slice(offset, offset + length) ?? readFully(this.#file, offset, length);
  }

  /**
   * Reads a range in pieces, each in its own memory.
   * @throws INVALID_ARGUMENT if the range is outside the object
   */
  async *pieces(range: ByteRange = { offset: 0, length: this.sizeBytes }): AsyncGenerator<Uint8Array> {
    const { offset, length } = this.#within(range);
    if (this.#content !== undefined) {
      yield this.#content.subarray(offset, offset + length);
      return;
    }
    for (let at = 0; at < length; at += PIECE_BYTES) {
      yield await readFully(this.#file, offset + at, Math.min(PIECE_BYTES, length - at));
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #within(range: ByteRange): ByteRange {
    if (range.offset + range.length > this.sizeBytes) throw outOfBounds(this.key, range, this.sizeBytes);
    return range;
  }
}
