import type { ObjectStorage } from '../../../io/storage/index.ts';
import { type SectionName, segmentKey } from '../format/sections.ts';

/**
 * Target segment size. A section being written keeps two segments in memory: one is filled while the other is
 * written. Codes and records are written in parallel.
 */
const SEGMENT_BYTES: Partial<Record<SectionName, number>> = { codes: 4 * 2 ** 20 };
const USUAL_SEGMENT_BYTES = 16 * 2 ** 20;

/**
 * Writes a section as a series of objects (segments); each is written when it is full. Units never cross a
 * segment boundary.
 */
export class SegmentWriter {
  readonly #storage: ObjectStorage;
  readonly #prefix: string;
  readonly #section: SectionName;
  readonly #sizes: number[] = [];
  #buffer = new Uint8Array(64 * 1_024);
  /** The buffer being written. */
  #spare = new Uint8Array(0);
  #used = 0;
  readonly #segmentBytes: number;
  /** The write in flight; the next segment is filled meanwhile. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(storage: ObjectStorage, prefix: string, section: SectionName) {
    this.#storage = storage;
    this.#prefix = prefix;
    this.#section = section;
    this.#segmentBytes = SEGMENT_BYTES[section] ?? USUAL_SEGMENT_BYTES;
  }

  /** Reserves `sizeBytes` for the caller to fill; the bytes are not cleared. */
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
    const slot = this.reserve(bytes.length);
    slot.bytes.set(bytes, slot.at);
  }

  /** Whether a unit of `sizeBytes` should begin a new segment. */
  isFull(sizeBytes: number): boolean {
    return this.#used > 0 && this.#used + sizeBytes > this.#segmentBytes;
  }

  /** Starts writing the buffer as a segment, once the previous one is written. */
  async flush(): Promise<void> {
    if (this.#used === 0) return;
    await this.#writing;
    const key = this.#prefix + segmentKey(this.#section, this.#sizes.length);
    const segment = this.#buffer.subarray(0, this.#used);
    this.#writing = this.#storage.write(key, segment, { ifNoneMatch: '*' });
    // The write is awaited later; a failure before that must not count as an unhandled rejection.
    this.#writing.catch(() => {});
    this.#sizes.push(this.#used);
    [this.#buffer, this.#spare] = [this.#spare, this.#buffer];
    this.#used = 0;
  }

  /** Writes the last segment; returns the sizes of all segments. */
  async finish(): Promise<readonly number[]> {
    await this.flush();
    await this.#writing;
    this.#buffer = new Uint8Array(0);
    this.#spare = this.#buffer;
    return this.#sizes;
  }
}
