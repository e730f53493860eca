import type { KernelMemory } from '../kernels/memory.ts';
import { GrowingWords } from './growing.ts';
import { Spill } from './spill.ts';

/** Bytes per read when all rows are read in order. */
const STRETCH_BYTES = 4 * 2 ** 20;

/** Maximum size of a corpus that stays in memory; using a file would take a tenth of the build time. */
const MEMORY_BYTES = 288 * 2 ** 20;
const USUAL_PAYLOAD_BYTES = 1_024;

/**
 * Each row's rotated float32 vector and payload, stored together so that one read returns both. Large corpora
 * are spilled to a file.
 */
export class SpilledRows {
  /** Bytes per vector; 0 without vectors. */
  readonly vectorBytes: number;
  readonly #spill: Spill;
  readonly #payloadBytes: GrowingWords;
  #starts = new Float64Array(1);
  #scratch = new Uint8Array(4_096);
  #stretch = new Uint8Array(0);

  /** `rows`: expected number of rows. `inMemory`: whether the rows of a small corpus may stay in memory. */
  constructor(folder: string, vectorBytes: number, rows: number, inMemory: boolean) {
    this.vectorBytes = vectorBytes;
    this.#payloadBytes = new GrowingWords(rows);
    const isSmall = inMemory && rows * (vectorBytes + USUAL_PAYLOAD_BYTES) <= MEMORY_BYTES;
    this.#spill = new Spill(folder, 'rows.tmp', isSmall ? MEMORY_BYTES : 0);
  }

  get count(): number {
    return this.#payloadBytes.length;
  }

  append(vector: Uint8Array, payload: Uint8Array): void {
    this.#spill.append(vector);
    this.#spill.append(payload);
    this.#payloadBytes.push(payload.length);
  }

  /** Must be called between the last append and the first read. */
  finish(): void {
    this.#spill.flush();
    const sizes = this.#payloadBytes.view();
    this.#starts = new Float64Array(sizes.length + 1);
    for (let row = 0; row < sizes.length; row++)
      this.#starts[row + 1] = this.#starts[row]! + this.vectorBytes + sizes[row]!;
  }

  /** Total size of all payloads. */
  get payloadBytes(): number {
    return this.#starts.at(-1)! - this.count * this.vectorBytes;
  }

  /** Vector and payload of a row: views that are valid until the next read. */
  read(row: number): { readonly vector: Uint8Array; readonly payload: Uint8Array } {
    const length = this.#starts[row + 1]! - this.#starts[row]!;
    if (length > this.#scratch.length) this.#scratch = new Uint8Array(2 * length);
    const bytes = this.#scratch.subarray(0, length);
    this.#spill.read(this.#starts[row]!, bytes);
    return { vector: bytes.subarray(0, this.vectorBytes), payload: bytes.subarray(this.vectorBytes) };
  }

  /** Copies `count` vectors from row `from` on to an address, contiguously. */
  readVectors(from: number, count: number, memory: KernelMemory, address: number): void {
    for (let row = from; row < from + count; ) {
      let until = row + 1;
      while (until < from + count && this.#starts[until + 1]! - this.#starts[row]! <= STRETCH_BYTES)
        until += 1;
      const length = this.#starts[until]! - this.#starts[row]!;
      if (length > this.#stretch.length) this.#stretch = new Uint8Array(length + STRETCH_BYTES / 4);
      const bytes = this.#stretch.subarray(0, length);
      this.#spill.read(this.#starts[row]!, bytes);
      for (let at = row; at < until; at++) {
        const start = this.#starts[at]! - this.#starts[row]!;
        memory.bytes.set(
          bytes.subarray(start, start + this.vectorBytes),
          address + (at - from) * this.vectorBytes,
        );
      }
      row = until;
    }
  }

  close(): void {
    this.#spill.close();
  }
}
