import { hadamardSize, paddedDimensions, ROTATION_ROUNDS } from '../format/layout.ts';
import type { VectorSettings } from '../format/opening.ts';
import { rotationSigns } from '../format/rotation-signs.ts';
import type { QueryKernels } from '../kernels/kernels.ts';
import type { KernelMemory } from '../kernels/memory.ts';

/** Maximum of a query's 16-bit integers, of the 32-bit sums of products, and of a stored vector's bytes. */
const MAX_INTEGER = 32_767;
const MAX_SUM = 2 ** 31 - 1;
const MAX_BYTE = 127;

/** A question's vector, rotated like the index's vectors, in the forms that the kernels accept. */
export interface RotatedQuery {
  readonly values: Float32Array;
  /** The same as 16-bit integers: `values = integerScale x integers`, rounded. */
  readonly integers: Int16Array;
  readonly integerScale: number;
  readonly sum: number;
  /** Dot product with the mean of the rotated vectors. */
  readonly meanProduct: number;
}

/** Rotates questions; its workspace is in the kernels' memory. */
export class QueryRotation {
  readonly #memory: KernelMemory;
  readonly #kernels: QueryKernels;
  readonly #dimensions: number;
  readonly #signs: number;
  readonly #values: number;
  readonly #mean: Float32Array;

  constructor(settings: VectorSettings, mean: Float32Array, memory: KernelMemory, kernels: QueryKernels) {
    this.#memory = memory;
    this.#kernels = kernels;
    this.#mean = mean;
    this.#dimensions = paddedDimensions(settings.dimensions);
    const signs = rotationSigns(settings.rotationSeed, this.#dimensions, ROTATION_ROUNDS);
    this.#signs = memory.reserve(signs.byteLength);
    this.#values = memory.reserve(4 * this.#dimensions);
    memory.floats.set(signs, this.#signs / 4);
  }

  rotate(vector: Float32Array): RotatedQuery {
    const size = this.#dimensions;
    const at = this.#values / 4;
    this.#memory.floats.fill(0, at, at + size);
    this.#memory.floats.set(vector, at);
    this.#kernels.rotate(this.#values, size, hadamardSize(size), this.#signs, ROTATION_ROUNDS);
    const values = this.#memory.floats.slice(at, at + size);
    let largest = 0;
    let absolute = 0;
    let sum = 0;
    let meanProduct = 0;
    for (let index = 0; index < size; index++) {
      const value = values[index]!;
      const magnitude = Math.abs(value);
      if (magnitude > largest) largest = magnitude;
      absolute += magnitude;
      sum += value;
      meanProduct += value * this.#mean[index]!;
    }
    const scale = Math.min(MAX_INTEGER / largest, MAX_SUM / (MAX_BYTE * absolute * 1.001));
    const integers = new Int16Array(size);
    for (let index = 0; index < size; index++) integers[index] = Math.round(values[index]! * scale);
    return { values, integers, integerScale: 1 / scale, sum, meanProduct };
  }
}
