// Kernels of the index build. They use no relaxed SIMD, so that the same input yields the same bytes on every
// machine.
export { rotate } from './rotation';

/**
 * Dot product of two vectors; `length` is a multiple of 16. It adds up four independent sums, each over every
 * fourth group of four products, so that the additions overlap.
 */
export function dot(left: usize, right: usize, length: i32): f32 {
  let first = f32x4.splat(0);
  let second = f32x4.splat(0);
  let third = f32x4.splat(0);
  let fourth = f32x4.splat(0);
  const end = left + (<usize>length << 2);
  while (left < end) {
    first = f32x4.add(first, f32x4.mul(v128.load(left), v128.load(right)));
    second = f32x4.add(second, f32x4.mul(v128.load(left, 16), v128.load(right, 16)));
    third = f32x4.add(third, f32x4.mul(v128.load(left, 32), v128.load(right, 32)));
    fourth = f32x4.add(fourth, f32x4.mul(v128.load(left, 48), v128.load(right, 48)));
    left += 64;
    right += 64;
  }
  return sumOf(f32x4.add(f32x4.add(first, second), f32x4.add(third, fourth)));
}

// @ts-ignore: decorator
@inline
function sumOf(lanes: v128): f32 {
  return (
    f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1) + (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3))
  );
}

/** Adds `weight` times a vector to another. */
export function addScaled(target: usize, source: usize, weight: f32, length: i32): void {
  const weights = f32x4.splat(weight);
  for (let at: usize = 0; at < <usize>length << 2; at += 16) {
    v128.store(target + at, f32x4.add(v128.load(target + at), f32x4.mul(weights, v128.load(source + at))));
  }
}

/**
 * Finds the leaf of each vector in a tree of splits in heap order. A vector goes right if dot(vector,
 * direction) > bound.
 */
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
 * Moves each vector to the nearest of the clusters listed for its current cluster. The nearest one has the
 * largest dot(vector, centroid) - |centroid|^2 / 2. `labels` (u32) contains each vector's cluster and is
 * updated; `neighbours` contains the numbers (u32) of `listed` clusters per cluster, including itself.
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
      // The lower number wins ties, whatever the order of the list.
      if (score > best || (score == best && cluster < nearest)) {
        best = score;
        nearest = cluster;
      }
    }
    store<u32>(label, nearest);
  }
}

/** Grid steps tried for codes of more than one bit: each is a fraction of the one that spans all values. */
const STEPS: i32 = 16;

/**
 * Encodes one centred, rotated vector as row `row` of a block: sets its bits in the bit planes at `planes`,
 * which must be zero before. A code u of `bits` bits represents 2u - (2^bits - 1); the grid step is the tried
 * one whose code has the largest cosine with r. Returns the factor f = |r|^2 / <r, code>, so that f x <code,
 * q> estimates <r, q> without bias (RaBitQ, arXiv 2405.12497; several bits: arXiv 2409.09913); 0 for a zero
 * vector. Writes the squared length of f x code - r to `variance` (f32): divided by the dimensions, it is the
 * mean square error for a query of unit length.
 */
export function encode(residual: usize, dimensions: i32, bits: i32, planes: usize, row: i32, variance: usize): f32 {
  const squared = dot(residual, residual, dimensions);
  store<f32>(variance, 0);
  if (squared == 0) return 0;
  if (bits == 1) return encodeSigns(residual, dimensions, planes, row, variance, squared);
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

/** `encode` for codes of one bit, which contain only the signs (0 counts as positive). */
function encodeSigns(residual: usize, dimensions: i32, planes: usize, row: i32, variance: usize, squared: f32): f32 {
  const shift = row >= 16 ? 4 : 0;
  let at = planes + (row & 15);
  let sums = f32x4.splat(0);
  const zero = f32x4.splat(0);
  const end = residual + (<usize>dimensions << 2);
  while (residual < end) {
    const values = v128.load(residual);
    const signs: i32 = i32x4.bitmask(f32x4.ge(values, zero)) << shift;
    store<u8>(at, load<u8>(at) | <u8>signs);
    sums = f32x4.add(sums, f32x4.abs(values));
    residual += 16;
    at += 16;
  }
  const factor = squared / sumOf(sums);
  store<f32>(variance, max<f32>(0, factor * factor * <f32>dimensions - squared));
  return factor;
}

/**
 * Quantises a float vector to int8; returns the scale for which scale x <int8, vector> equals <vector,
 * vector>.
 */
export function quantise(vector: usize, dimensions: i32, out: usize): f32 {
  const end = vector + (<usize>dimensions << 2);
  let peaks = f32x4.splat(0);
  for (let at = vector; at < end; at += 16) peaks = f32x4.max(peaks, f32x4.abs(v128.load(at)));
  const largest = max<f32>(
    max<f32>(f32x4.extract_lane(peaks, 0), f32x4.extract_lane(peaks, 1)),
    max<f32>(f32x4.extract_lane(peaks, 2), f32x4.extract_lane(peaks, 3)),
  );
  if (largest == 0) {
    for (let index = 0; index < dimensions; index++) store<i8>(out + index, 0);
    return 0;
  }
  const inverse = f32x4.splat(127 / largest);
  let products = f32x4.splat(0);
  let squares = f32x4.splat(0);
  for (let at = vector; at < end; at += 16) {
    const values = v128.load(at);
    const levels = f32x4.nearest(f32x4.mul(values, inverse));
    products = f32x4.add(products, f32x4.mul(values, levels));
    squares = f32x4.add(squares, f32x4.mul(values, values));
    const words = i32x4.trunc_sat_f32x4_s(levels);
    const halves = i16x8.narrow_i32x4_s(words, words);
    v128.store32_lane(out, i8x16.narrow_i16x8_s(halves, halves), 0);
    out += 4;
  }
  return sumOf(squares) / sumOf(products);
}

/**
 * Encodes bytes with symbols, using the longest match at each position. Returns the number of code bytes
 * written to `out`, which needs room for twice the input. `symbols` (u64) and `lengths` (u8) describe each
 * code; `singles` and `doubles` (i16, -1 for none) are the codes of symbols of one and two bytes; longer
 * symbols are chained by the hash of their first three bytes, the longest first, from `heads` (4,096 i16)
 * through `next` (i16). Up to eight bytes past the end of the input may be read.
 */
export function encodeSymbols(
  bytes: usize, length: i32, symbols: usize, lengths: usize, singles: usize, doubles: usize, heads: usize, next: usize,
  out: usize,
): i32 {
  const end = bytes + length;
  const start = out;
  while (bytes < end) {
    const word = load<u64>(bytes);
    const left = <i32>(end - bytes);
    let code: i32 = -1;
    if (left >= 3) {
      const hash = ((<u32>word & 0xffffff) * 0x9e3779b1) >> 20;
      let candidate: i32 = load<i16>(heads + (<usize>hash << 1));
      while (candidate >= 0) {
        const size: i32 = load<u8>(lengths + candidate);
        const mask: u64 = u64.MAX_VALUE >> (<u64>(64 - 8 * size));
        if (size <= left && (word & mask) == load<u64>(symbols + (<usize>candidate << 3))) {
          code = candidate;
          break;
        }
        candidate = load<i16>(next + (<usize>candidate << 1));
      }
    }
    if (code < 0 && left >= 2) code = load<i16>(doubles + (<usize>(<u32>word & 0xffff) << 1));
    if (code < 0) code = load<i16>(singles + (<usize>(<u32>word & 0xff) << 1));
    if (code < 0) {
      store<u8>(out, 255);
      store<u8>(out + 1, <u8>word);
      out += 2;
      bytes++;
    } else {
      store<u8>(out++, <u8>code);
      bytes += load<u8>(lengths + code);
    }
  }
  return <i32>(out - start);
}
