import type { ObjectStorage } from '../../../io/storage/index.ts';
import { type SectionName, segmentKey } from '../format/sections.ts';

/** Segments are cut at about this size. Of a section a build holds one in memory, and one that is being written; codes and records are written side by side. */
const SEGMENT_BYTES: Partial<Record<SectionName, number>> = { codes: 4 * 2 ** 20 };
const USUAL_SEGMENT_BYTES = 16 * 2 ** 20;

/** Writes a section as a row of objects, each when it is full. Units never cross a segment's end. */
export class SegmentWriter {
  readonly #storage: ObjectStorage;
  readonly #prefix: string;
  readonly #section: SectionName;
  readonly #sizes: number[] = [];
  #buffer = new Uint8Array(64 * 1_024);
  /** What is being written. */
  #other = new Uint8Array(0);
  #used = 0;
  readonly #segmentBytes: number;
  /** The segment under way: the next one is filled meanwhile. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(storage: ObjectStorage, prefix: string, section: SectionName) {
    this.#storage = storage;
    this.#prefix = prefix;
    this.#section = section;
    this.#segmentBytes = SEGMENT_BYTES[section] ?? USUAL_SEGMENT_BYTES;
  }

  /** Room for `sizeBytes` more, to be filled by the caller, with what lies around it as it was. */
  reserve(sizeBytes: number): { bytes: Uint8Array; at: number } {
    const at = this.#used;
    if (at + sizeBytes > this.#buffer.length) {
      const larger = new Uint8Array(
        Math.max(at + sizeBytes, 64 * 1_024, Math.min(2 * this.#buffer.length, this.#segmentBytes)),
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
    return this.#used > 0 && this.#used + sizeBytes > this.#segmentBytes;
  }

  /** Begins to write what is there as a segment, once the one before is written. */
  async flush(): Promise<void> {
    if (this.#used === 0) return;
    await this.#writing;
    const key = this.#prefix + segmentKey(this.#section, this.#sizes.length);
    const segment = this.#buffer.subarray(0, this.#used);
    this.#writing = this.#storage.write(key, segment, { ifNoneMatch: '*' });
    // A failure is met by whoever waits for it; it must not count as unhandled before.
    this.#writing.catch(() => {});
    this.#sizes.push(this.#used);
    [this.#buffer, this.#other] = [this.#other, this.#buffer];
    this.#used = 0;
  }

  /** Writes the rest; gives the sizes of all segments. */
  async finish(): Promise<readonly number[]> {
    await this.flush();
    await this.#writing;
    this.#buffer = new Uint8Array(0);
    this.#other = this.#buffer;
    return this.#sizes;
  }
}
