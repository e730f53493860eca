import { IdList } from '../snapshot/build/id-list.ts';
import { Spill } from '../snapshot/build/spill.ts';

/** Bytes that stay in memory; the rest is in a temporary file. */
const MEMORY_BYTES = 64 * 2 ** 20;
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** A vector with its key and metadata, as S3 Vectors stores it. */
export interface StoredVector {
  readonly key: string;
  readonly vector: Float32Array;
  /** JSON. */
  readonly metadata: string;
}

/**
 * Vectors that wait while a snapshot of the same chunks is built. Their keys are the numbers of the snapshot's rows,
 * which are in the order of the chunks' ids if the snapshot has no vectors.
 */
export class VectorSpool {
  readonly #ids: IdList;
  readonly #spill: Spill;
  readonly #dimensions: number;

  /** `folder`: of the temporary file. `expected`: approximate number of vectors. */
  constructor(folder: string, dimensions: number, expected: number) {
    this.#ids = new IdList(expected);
    this.#spill = new Spill(folder, 'vectors.tmp', MEMORY_BYTES);
    this.#dimensions = dimensions;
  }

  get count(): number {
    return this.#ids.count;
  }

  add(chunkId: string, vector: Float32Array, metadata: string): void {
    this.#ids.add(chunkId);
    const text = Buffer.from(metadata);
    this.#spill.append(new Uint8Array(Uint32Array.of(text.length).buffer));
    this.#spill.append(text);
    this.#spill.append(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
  }

  /** All vectors, in the order in which they were added. Call it once, after the last `add`. */
  *vectors(): Iterable<StoredVector> {
    this.#spill.flush();
    const rows = new Uint32Array(this.count);
    this.#ids.order().forEach((added, row) => {
      rows[added] = row;
    });
    let at = 0;
    for (const row of rows) {
      const metadata = this.#read(at + 4, this.#size(at));
      const vector = new Float32Array(this.#dimensions);
      const vectorAt = at + 4 + metadata.length;
      this.#spill.read(vectorAt, new Uint8Array(vector.buffer));
      at = vectorAt + FLOAT_BYTES * this.#dimensions;
      yield { key: String(row), vector, metadata: metadata.toString('utf8') };
    }
  }

  /** Deletes the temporary file. */
  close(): void {
    this.#spill.close();
  }

  #size(at: number): number {
    const size = new Uint32Array(1);
    this.#spill.read(at, new Uint8Array(size.buffer));
    return size[0]!;
  }

  #read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    this.#spill.read(at, bytes);
    return bytes;
  }
}
