import type { BuildKernels } from '../../src/indexes/snapshot/kernels/kernels.ts';
import { addF, divF, mulF, nearest, rotatePlain, subF } from './plain-rotation.ts';

const STEPS = 16;

/** All kernels except the one for texts, whose encoder already contains a search in plain JavaScript. */
export type NumericKernels = Omit<BuildKernels, 'encodeSymbols'>;

/**
 * The build kernels in plain JavaScript, on the same memory, with bit-identical results to
 * kernels/assembly/build.ts.
 */
export function plainBuildKernels(buffer: ArrayBuffer): NumericKernels {
  const view = new DataView(buffer);
  const bytes = new Uint8Array(buffer);
  const float = (at: number): number => view.getFloat32(at, true);
  const store = (at: number, value: number): void => view.setFloat32(at, value, true);

  const largestOf = (vector: number, dimensions: number): number => {
    let largest = 0;
    for (let index = 0; index < dimensions; index++)
      largest = Math.max(largest, Math.abs(float(vector + 4 * index)));
    return largest;
  };

  const kernels: NumericKernels = {
    rotate: (values, dimensions, size, signs, rounds) =>
      rotatePlain(view, values, dimensions, size, signs, rounds),

    /**
     * Adds sixteen partial sums in groups of four, which is the summation order that the kernel guarantees.
     */
    dot(left, right, length) {
      const sums = new Float32Array(16);
      for (let index = 0; index < length; index++)
        sums[index % 16] = addF(sums[index % 16]!, mulF(float(left + 4 * index), float(right + 4 * index)));
      const [first, second, third, fourth] = [0, 4, 8, 12].map((from) => sums.subarray(from, from + 4));
      return sumOf(
        first!.map((sum, lane) => addF(addF(sum, second![lane]!), addF(third![lane]!, fourth![lane]!))),
      );
    },

    addScaled(target, source, weight, length) {
      const scale = Math.fround(weight);
      for (let index = 0; index < length; index++) {
        const at = target + 4 * index;
        store(at, addF(float(at), mulF(scale, float(source + 4 * index))));
      }
    },

    route(vectors, count, dimensions, directions, bounds, levels, leaves) {
      for (let row = 0; row < count; row++) {
        let node = 0;
        for (let level = 0; level < levels; level++) {
          const direction = directions + 4 * node * dimensions;
          const projected = kernels.dot(vectors + 4 * row * dimensions, direction, dimensions);
          node = 2 * node + (projected > float(bounds + 4 * node) ? 2 : 1);
        }
        view.setUint32(leaves + 4 * row, node - (2 ** levels - 1), true);
      }
    },

    /** Among equal scores, the lower index wins. */
    assign(vectors, count, dimensions, centroids, halfNorms, neighbours, listed, labels) {
      for (let row = 0; row < count; row++) {
        const first = neighbours + 4 * view.getUint32(labels + 4 * row, true) * listed;
        const scored = Array.from({ length: listed }, (_, index) => {
          const cluster = view.getUint32(first + 4 * index, true);
          const product = kernels.dot(
            vectors + 4 * row * dimensions,
            centroids + 4 * cluster * dimensions,
            dimensions,
          );
          return { cluster, score: subF(product, float(halfNorms + 4 * cluster)) };
        });
        scored.sort((left, right) => right.score - left.score || left.cluster - right.cluster);
        view.setUint32(labels + 4 * row, scored[0]!.cluster, true);
      }
    },

    encode(residual, dimensions, bits, planes, row, variance) {
      const squared = kernels.dot(residual, residual, dimensions);
      store(variance, 0);
      if (squared === 0) return 0;
      if (bits === 1) return encodeSigns(residual, dimensions, planes, row, variance, squared);
      const top = 2 ** bits - 1;
      const middle = 2 ** (bits - 1);
      const codeOf = (value: number, step: number): number =>
        Math.min(top, Math.max(0, Math.floor(addF(divF(value, step), middle))));
      const step = bestStep(residual, dimensions, top, middle, codeOf);
      let product = 0;
      let norm = 0;
      for (let index = 0; index < dimensions; index++) {
        const value = float(residual + 4 * index);
        const code = codeOf(value, step);
        const level = 2 * code - top;
        product = addF(product, mulF(value, level));
        norm = addF(norm, level * level);
        for (let bit = 0; bit < bits; bit++) {
          if (((code >> bit) & 1) === 0) continue;
          const at = planes + 16 * (bit * (dimensions / 4) + (index >> 2)) + (row & 15);
          bytes[at]! |= 1 << ((index & 3) + (row >= 16 ? 4 : 0));
        }
      }
      if (product === 0) return 0;
      const factor = divF(squared, product);
      store(variance, Math.max(0, subF(mulF(mulF(factor, factor), norm), squared)));
      return factor;
    },

    quantise(vector, dimensions, out) {
      const largest = largestOf(vector, dimensions);
      if (largest === 0) {
        bytes.fill(0, out, out + dimensions);
        return 0;
      }
      const inverse = divF(127, largest);
      const [products, squares] = [new Float32Array(4), new Float32Array(4)];
      for (let index = 0; index < dimensions; index++) {
        const value = float(vector + 4 * index);
        const level = nearest(mulF(value, inverse));
        const lane = index % 4;
        view.setInt8(out + index, level);
        products[lane] = addF(products[lane]!, mulF(value, level));
        squares[lane] = addF(squares[lane]!, mulF(value, value));
      }
      return divF(sumOf(squares), sumOf(products));
    },
  };

  /** One-bit codes are the signs of the values. */
  function encodeSigns(
    residual: number,
    dimensions: number,
    planes: number,
    row: number,
    variance: number,
    squared: number,
  ): number {
    const sums = new Float32Array(4);
    for (let index = 0; index < dimensions; index++) {
      const value = float(residual + 4 * index);
      const at = planes + 16 * (index >> 2) + (row & 15);
      if (value >= 0) bytes[at]! |= 1 << ((index & 3) + (row >= 16 ? 4 : 0));
      sums[index % 4] = addF(sums[index % 4]!, Math.abs(value));
    }
    const factor = divF(squared, sumOf(sums));
    store(variance, Math.max(0, subF(mulF(mulF(factor, factor), dimensions), squared)));
    return factor;
  }

  /** The step of the grid that maximises the cosine between the vector and its codes. */
  function bestStep(
    residual: number,
    dimensions: number,
    top: number,
    middle: number,
    codeOf: (value: number, step: number) => number,
  ): number {
    const largest = largestOf(residual, dimensions);
    let best = -1;
    let step = 1;
    for (let tried = 1; tried <= STEPS; tried++) {
      const share = divF(tried + STEPS / 4, STEPS + STEPS / 4);
      const candidate = mulF(divF(largest, middle), share);
      let product = 0;
      let norm = 0;
      for (let index = 0; index < dimensions; index++) {
        const value = float(residual + 4 * index);
        const level = 2 * codeOf(value, candidate) - top;
        product = addF(product, mulF(value, level));
        norm = addF(norm, level * level);
      }
      const cosine = divF(mulF(product, product), norm);
      if (cosine > best) [best, step] = [cosine, candidate];
    }
    return step;
  }

  return kernels;
}

/** Sums four lanes in the order in which the kernels sum them. */
const sumOf = (lanes: Float32Array): number => addF(addF(lanes[0]!, lanes[1]!), addF(lanes[2]!, lanes[3]!));
