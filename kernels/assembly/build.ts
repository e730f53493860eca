// Kernels of the index build. No relaxed operations: the same input gives the same bytes on every machine.
export { rotate } from './rotation';

/** Sum over `length` products (a multiple of 4), in a fixed order. */
export function dot(left: usize, right: usize, length: i32): f32 {
  let sums = f32x4.splat(0);
  const end = left + (<usize>length << 2);
  while (left < end) {
    sums = f32x4.add(sums, f32x4.mul(v128.load(left), v128.load(right)));
    left += 16;
    right += 16;
  }
  return (
    f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1) + (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
  );
}

/** Adds `weight` times a vector to another. */
export function addScaled(target: usize, source: usize, weight: f32, length: i32): void {
  const weights = f32x4.splat(weight);
  for (let at: usize = 0; at < <usize>length << 2; at += 16) {
    v128.store(target + at, f32x4.add(v128.load(target + at), f32x4.mul(weights, v128.load(source + at))));
  }
}

/** The leaf that each vector reaches down a tree of splits in heap order: right where dot(vector, direction) > bound. */
export function route(
  vectors: usize, count: i32, dimensions: i32, directions: usize, bounds: usize, levels: i32, leaves: usize,
): void {
  const size = <usize>dimensions << 2;
  for (let row = 0; row < count; row++) {
    const vector = vectors + <usize>row * size;
    let node = 0;
    for (let level = 0; level < levels; level++) {
      const projected = dot(vector, directions + <usize>node * size, dimensions);
      node = 2 * node + (projected > load<f32>(bounds + (<usize>node << 2)) ? 2 : 1);
    }
    store<u32>(leaves + (<usize>row << 2), <u32>(node - ((1 << levels) - 1)));
  }
}

/**
 * The nearest cluster of each vector, among those listed for the cluster it is in: the largest dot(vector, centroid)
 * - half the centroid's squared length. `labels` (u32) holds each vector's cluster before and afterwards;
 * `neighbours` the numbers (u32) of `listed` clusters for each cluster, itself included.
 */
export function assign(
  vectors: usize, count: i32, dimensions: i32, centroids: usize, halfNorms: usize,
  neighbours: usize, listed: i32, labels: usize,
): void {
  const size = <usize>dimensions << 2;
  for (let row = 0; row < count; row++) {
    const vector = vectors + <usize>row * size;
    const label = labels + (<usize>row << 2);
    const candidates = neighbours + ((<usize>load<u32>(label) * <usize>listed) << 2);
    let best: f32 = -Infinity;
    let nearest: u32 = 0;
    for (let index = 0; index < listed; index++) {
      const cluster = load<u32>(candidates + (<usize>index << 2));
      const score = dot(vector, centroids + <usize>cluster * size, dimensions) - load<f32>(halfNorms + (<usize>cluster << 2));
      // The lower number among equals, whatever the order of the list.
      if (score > best || (score == best && cluster < nearest)) {
        best = score;
        nearest = cluster;
      }
    }
    store<u32>(label, nearest);
  }
}

/** Steps tried for the grid of codes of more than one bit, as shares of the one that spans all values. */
const STEPS: i32 = 16;

/**
 * Codes of one centred, rotated vector, row `row` of a block: the bit planes at `planes` (zeroed before) get its bits.
 * A code u of `bits` bits stands for 2u - (2^bits - 1); the grid's step is the one with the largest cosine.
 * Gives the factor f = |r|^2 / <r, code>, so that f x <code, q> estimates <r, q> without bias (RaBitQ, arXiv
 * 2405.12497; several bits: arXiv 2409.09913); 0 for a zero vector. Writes to `variance` (f32) the squared length of
 * f x code - r: divided by the dimensions, the mean square error for a question of unit length.
 */
export function encode(residual: usize, dimensions: i32, bits: i32, planes: usize, row: i32, variance: usize): f32 {
  const squared = dot(residual, residual, dimensions);
  store<f32>(variance, 0);
  if (squared == 0) return 0;
  const top = (1 << bits) - 1;
  const middle = <f32>(1 << (bits - 1));
  let step: f32 = 1;
  if (bits > 1) {
    let largest: f32 = 0;
    for (let index = 0; index < dimensions; index++) largest = max(largest, abs(load<f32>(residual + (<usize>index << 2))));
    let best: f32 = -1;
    for (let tried = 1; tried <= STEPS; tried++) {
      const candidate: f32 = (largest / middle) * (<f32>(tried + STEPS / 4) / <f32>(STEPS + STEPS / 4));
      let product: f32 = 0;
      let norm: f32 = 0;
      for (let index = 0; index < dimensions; index++) {
        const value = load<f32>(residual + (<usize>index << 2));
        const code: i32 = codeOf(value, candidate, middle, top);
        const odd: i32 = 2 * code - top;
        const level = <f32>odd;
        product += value * level;
        norm += level * level;
      }
      const cosine = (product * product) / norm;
      if (cosine > best) {
        best = cosine;
        step = candidate;
      }
    }
  }
  const groups = dimensions >> 2;
  const half = row & 15;
  const shift = row >= 16 ? 4 : 0;
  let product: f32 = 0;
  let norm: f32 = 0;
  for (let index = 0; index < dimensions; index++) {
    const value = load<f32>(residual + (<usize>index << 2));
    const code: i32 = codeOf(value, step, middle, top);
    const odd: i32 = 2 * code - top;
    product += value * <f32>odd;
    norm += <f32>odd * <f32>odd;
    for (let bit = 0; bit < bits; bit++) {
      if (((code >> bit) & 1) == 0) continue;
      const at = planes + (<usize>(bit * groups + (index >> 2)) << 4) + half;
      const mark: i32 = 1 << ((index & 3) + shift);
      store<u8>(at, load<u8>(at) | <u8>mark);
    }
  }
  if (product == 0) return 0;
  const factor = squared / product;
  // |f code - r|^2 = f^2 |code|^2 - |r|^2, since f <code, r> = |r|^2.
  store<f32>(variance, max<f32>(0, factor * factor * norm - squared));
  return factor;
}

// @ts-expect-error: decorator
@inline
function codeOf(value: f32, step: f32, middle: f32, top: i32): i32 {
  const code = <i32>floor(value / step + middle);
  return code < 0 ? 0 : code > top ? top : code;
}

/** An int8 vector of a float one; gives the scale that keeps its product with the original: scale x <int8, q>. */
export function quantise(vector: usize, dimensions: i32, out: usize): f32 {
  let largest: f32 = 0;
  for (let index = 0; index < dimensions; index++) largest = max(largest, abs(load<f32>(vector + (<usize>index << 2))));
  if (largest == 0) {
    for (let index = 0; index < dimensions; index++) store<i8>(out + index, 0);
    return 0;
  }
  const inverse: f32 = 127 / largest;
  let product: f32 = 0;
  let squared: f32 = 0;
  for (let index = 0; index < dimensions; index++) {
    const value = load<f32>(vector + (<usize>index << 2));
    const level = nearest(value * inverse);
    store<i8>(out + index, <i8>level);
    product += value * level;
    squared += value * value;
  }
  return squared / product;
}
