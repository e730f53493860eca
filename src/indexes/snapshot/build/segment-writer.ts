import type { ObjectStorage } from '../../../storage/index.ts';
import { type SectionName, segmentKey } from '../format/sections.ts';

/** Segments are cut at about this size: what a build holds in memory of each section. */
const SEGMENT_BYTES = 32 * 2 ** 20;

/** Writes a section as a row of objects, each when it is full. Units never cross a segment's end. */
export class SegmentWriter {
  readonly #storage: ObjectStorage;
  readonly #prefix: string;
  readonly #section: SectionName;
  readonly #sizes: number[] = [];
  #buffer = new Uint8Array(64 * 1_024);
  #used = 0;

  constructor(storage: ObjectStorage, prefix: string, section: SectionName) {
    this.#storage = storage;
    this.#prefix = prefix;
    this.#section = section;
  }

  /** Room for `sizeBytes` more, to be filled by the caller, with what lies around it as it was. */
  reserve(sizeBytes: number): { bytes: Uint8Array; at: number } {
    const at = this.#used;
    if (at + sizeBytes > this.#buffer.length) {
      const larger = new Uint8Array(
        Math.max(at + sizeBytes, Math.min(2 * this.#buffer.length, SEGMENT_BYTES)),
      );
      larger.set(this.#buffer.subarray(0, at));
      this.#buffer = larger;
    }
    this.#used += sizeBytes;
    return { bytes: this.#buffer, at };
  }

  append(bytes: Uint8Array): void {
    const room = this.reserve(bytes.length);
    room.bytes.set(bytes, room.at);
  }

  /** Whether a unit of `sizeBytes` should begin a new segment. */
  isFull(sizeBytes: number): boolean {
    return this.#used > 0 && this.#used + sizeBytes > SEGMENT_BYTES;
  }

  /** Writes what is there as a segment. */
  async flush(): Promise<void> {
    if (this.#used === 0) return;
    const key = this.#prefix + segmentKey(this.#section, this.#sizes.length);
    await this.#storage.write(key, this.#buffer.subarray(0, this.#used), { ifNoneMatch: '*' });
    this.#sizes.push(this.#used);
    this.#used = 0;
  }

  /** Writes the rest; gives the sizes of all segments. */
  async finish(): Promise<readonly number[]> {
    await this.flush();
    this.#buffer = new Uint8Array(0);
    return this.#sizes;
  }
}
