import type { UnitChecksum } from '../format/checksum.ts';
import { LEAVES_HEAD_BYTES, leafScalarsBytes, leafTableBytes } from '../format/layout.ts';
import type { Collected } from './collect.ts';

/**
 * A leaf's best row is expected to be nearer to a question than its centroid, by this share of the root mean
 * square distance of its rows from the centroid. On real vectors, values from .3 to .5 are equally good: a
 * recall of .99 needs a fifth fewer leaves than without the bonus.
 */
const BONUS_SHARE = 0.4;

/** Collects centroids leaf by leaf, as int8 vectors with scales and bonuses. */
export class LeafTable {
  readonly #collected: Collected;
  readonly #count: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Addresses in the kernels' memory. */
  readonly #sum: number;
  readonly #int8: number;
  #squares = 0;
  #rows = 0;
  #next = 0;

  constructor(collected: Collected, leafRows: number) {
    const { rows, dimensions, memory } = collected;
    this.#collected = collected;
    this.#count = Math.ceil(rows / leafRows);
    this.#bytes = new Uint8Array(leafTableBytes(this.#count, dimensions));
    this.#view = new DataView(this.#bytes.buffer);
    this.#sum = memory.reserve(4 * dimensions);
    this.#int8 = memory.reserve(dimensions);
  }

  /** Adds the vector at `address` to the current leaf. */
  add(address: number): void {
    const { kernels, dimensions } = this.#collected;
    kernels.addScaled(this.#sum, address, 1, dimensions);
    this.#squares += kernels.dot(address, address, dimensions);
    this.#rows += 1;
  }

  finishLeaf(): void {
    const { kernels, dimensions, memory } = this.#collected;
    const leaf = this.#next++;
    const meanSquare = kernels.dot(this.#sum, this.#sum, dimensions) / this.#rows ** 2;
    const spread = Math.sqrt(Math.max(0, this.#squares / this.#rows - meanSquare));
    const scale = kernels.quantise(this.#sum, dimensions, this.#int8) / this.#rows;
    const scalars = leafScalarsBytes(this.#count);
    this.#view.setFloat32(LEAVES_HEAD_BYTES + 4 * leaf, scale, true);
    this.#view.setFloat32(LEAVES_HEAD_BYTES + scalars + 4 * leaf, BONUS_SHARE * spread, true);
    const target = LEAVES_HEAD_BYTES + 2 * scalars + leaf * dimensions;
    this.#bytes.set(memory.bytes.subarray(this.#int8, this.#int8 + dimensions), target);
    memory.floats.fill(0, this.#sum / 4, this.#sum / 4 + dimensions);
    this.#squares = 0;
    this.#rows = 0;
  }

  finish(checksum: UnitChecksum): Uint8Array {
    this.#view.setUint32(0, checksum.of(0, this.#bytes.subarray(4)), true);
    return this.#bytes;
  }
}
