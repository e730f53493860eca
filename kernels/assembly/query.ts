// Kernels of the query path. All data lives in the module's linear memory; the caller lays it out and passes
// addresses. Bytes are little-endian; addresses of vectors, tables and code planes are multiples of 16.
export { rotate } from './rotation';

/** Rows of a code block. */
const ROWS: i32 = 32;
/**
 * Largest table entry. The sum of four entries fits into a byte, and the sum of 1,040 entries (4,160
 * dimensions) into 16 bits. Six bits are precise enough: the rounding error is a fiftieth of the error of the
 * codes.
 */
const MOST: i32 = 63;

/**
 * Builds the lookup table of a rotated query: for each group of four dimensions the sums of its 16 subsets,
 * as integers up to 63. Subset sums of group g are `entry * step + low(g)`. Writes `step` and the sum of all
 * `low` to `scales`. `sums` is workspace for 16 f32.
 */
export function buildTable(query: usize, groups: i32, table: usize, scales: usize, sums: usize): void {
  let widest: f32 = 0;
  let lows: f32 = 0;
  for (let group = 0; group < groups; group++) {
    const at = query + (<usize>group << 4);
    let low: f32 = 0;
    let high: f32 = 0;
    for (let index = 0; index < 4; index++) {
      const value = load<f32>(at + (<usize>index << 2));
      low += min(value, 0);
      high += max(value, 0);
    }
    lows += low;
    widest = max(widest, high - low);
  }
  const step: f32 = widest > 0 ? widest / <f32>MOST : 1;
  for (let group = 0; group < groups; group++) {
    const at = query + (<usize>group << 4);
    let low: f32 = 0;
    for (let index = 0; index < 4; index++) low += min(load<f32>(at + (<usize>index << 2)), 0);
    // The sum of a subset is that of the subset without its lowest member, plus that member.
    for (let subset = 0; subset < 16; subset++) {
      let sum: f32 = -low;
      if (subset != 0) {
        const member = ctz(subset);
        sum = load<f32>(sums + (<usize>(subset & (subset - 1)) << 2)) + load<f32>(at + (<usize>member << 2));
      }
      store<f32>(sums + (<usize>subset << 2), sum);
      const entry = <i32>nearest(sum / step);
      store<u8>(table + (<usize>group << 4) + subset, <u8>(entry > MOST ? MOST : entry < 0 ? 0 : entry));
    }
  }
  store<f32>(scales, step);
  store<f32>(scales + 4, lows);
}

/**
 * Adds the table sums of one bit plane of 32 rows, shifted left by `shift`, to the 32 sums at `sums` (i32).
 * `groups` is a multiple of 4.
 */
// @ts-ignore: decorator
@inline
function addPlane(plane: usize, groups: i32, table: usize, shift: i32, sums: usize): void {
  const nibble = i8x16.splat(15);
  // Bytes are added as 16-bit pairs: `low*` contains the sums even + 256 x odd, `odd*` only the odd sums.
  let low0 = i16x8.splat(0);
  let odd0 = i16x8.splat(0);
  let low1 = i16x8.splat(0);
  let odd1 = i16x8.splat(0);
  const end = plane + (<usize>groups << 4);
  let codes = plane;
  let entries = table;
  while (codes < end) {
    let packed = v128.load(codes);
    let lookup = v128.load(entries);
    let first = i8x16.relaxed_swizzle(lookup, v128.and(packed, nibble));
    let second = i8x16.relaxed_swizzle(lookup, v128.and(i16x8.shr_u(packed, 4), nibble));
    packed = v128.load(codes, 16);
    lookup = v128.load(entries, 16);
    first = i8x16.add(first, i8x16.relaxed_swizzle(lookup, v128.and(packed, nibble)));
    second = i8x16.add(second, i8x16.relaxed_swizzle(lookup, v128.and(i16x8.shr_u(packed, 4), nibble)));
    packed = v128.load(codes, 32);
    lookup = v128.load(entries, 32);
    first = i8x16.add(first, i8x16.relaxed_swizzle(lookup, v128.and(packed, nibble)));
    second = i8x16.add(second, i8x16.relaxed_swizzle(lookup, v128.and(i16x8.shr_u(packed, 4), nibble)));
    packed = v128.load(codes, 48);
    lookup = v128.load(entries, 48);
    first = i8x16.add(first, i8x16.relaxed_swizzle(lookup, v128.and(packed, nibble)));
    second = i8x16.add(second, i8x16.relaxed_swizzle(lookup, v128.and(i16x8.shr_u(packed, 4), nibble)));
    low0 = i16x8.add(low0, first);
    odd0 = i16x8.add(odd0, i16x8.shr_u(first, 8));
    low1 = i16x8.add(low1, second);
    odd1 = i16x8.add(odd1, i16x8.shr_u(second, 8));
    codes += 64;
    entries += 64;
  }
  addHalf(low0, odd0, shift, sums);
  addHalf(low1, odd1, shift, sums + 64);
}

/** Adds 16 sums kept as even and odd 16-bit lanes to 16 i32 at `sums`, in row order. */
// @ts-expect-error: decorator
@inline
function addHalf(low: v128, odd: v128, shift: i32, sums: usize): void {
  const even = i16x8.sub(low, i16x8.shl(odd, 8));
  const first = i8x16.shuffle(even, odd, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
  const last = i8x16.shuffle(even, odd, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
  addFour(sums, i32x4.shl(i32x4.extend_low_i16x8_u(first), shift));
  addFour(sums + 16, i32x4.shl(i32x4.extend_high_i16x8_u(first), shift));
  addFour(sums + 32, i32x4.shl(i32x4.extend_low_i16x8_u(last), shift));
  addFour(sums + 48, i32x4.shl(i32x4.extend_high_i16x8_u(last), shift));
}

// @ts-expect-error: decorator
@inline
function addFour(at: usize, more: v128): void {
  v128.store(at, i32x4.add(v128.load(at), more));
}

/**
 * Estimates the scores of the rows of code blocks, and keeps the best rows as candidates.
 *
 * `list` contains the numbers (u32) of runs of `run` blocks each, in scan order. Estimate of a row = factor x
 * (scale x sum + offset), factor = factorLow + u16 x factorStep. `mask` (0 for none) has one bit per row.
 * Candidates are written to `scores` (f32) and `rows` (u32), which have room for `capacity`; when they are
 * full, all but the best `keep` are dropped. Returns the number of candidates at the end, at most `keep`,
 * unordered.
 */
export function scan(
  blocks: usize, stride: i32, planesAt: i32, planes: i32, groups: i32,
  list: usize, listed: i32, run: i32, totalBlocks: i32, totalRows: i32,
  table: usize, scale: f32, offset: f32, factorLow: f32, factorStep: f32,
  mask: usize, scores: usize, rows: usize, capacity: i32, keep: i32, sums: usize,
): i32 {
  let count = 0;
  let threshold: f32 = -Infinity;
  const scales = f32x4.splat(scale);
  const offsets = f32x4.splat(offset);
  const lows = f32x4.splat(factorLow);
  const steps = f32x4.splat(factorStep);
  for (let entry = 0; entry < listed; entry++) {
    const firstBlock = <i32>load<u32>(list + (<usize>entry << 2)) * run;
    const lastBlock = min(firstBlock + run, totalBlocks);
    for (let block = firstBlock; block < lastBlock; block++) {
      let allowed: u32 = mask == 0 ? 0xffffffff : load<u32>(mask + (<usize>block << 2));
      const left = totalRows - block * ROWS;
      if (left < ROWS) allowed &= ((<u32>1) << left) - 1;
      if (allowed == 0) continue;
      const at = blocks + <usize>block * <usize>stride;
      for (let index: usize = 0; index < 128; index += 16) v128.store(sums + index, i32x4.splat(0));
      for (let plane = 0; plane < planes; plane++) {
        addPlane(at + planesAt + <usize>(plane * groups * 16), groups, table, plane, sums);
      }
      const factors = at + 16;
      for (let row = 0; row < ROWS; row += 4) {
        const factor = f32x4.add(
          lows,
          f32x4.mul(steps, f32x4.convert_i32x4_u(v128.load16x4_u(factors + (<usize>row << 1)))),
        );
        const sum = f32x4.convert_i32x4_s(v128.load(sums + (<usize>row << 2)));
        const estimate = f32x4.mul(factor, f32x4.add(f32x4.mul(sum, scales), offsets));
        let above = <u32>i32x4.bitmask(f32x4.gt(estimate, f32x4.splat(threshold)));
        above &= (allowed >> row) & 15;
        if (above == 0) continue;
        v128.store(sums + (<usize>row << 2), estimate);
        do {
          const lane = ctz(above);
          above &= above - 1;
          store<f32>(scores + (<usize>count << 2), load<f32>(sums + (<usize>(row + lane) << 2)));
          store<u32>(rows + (<usize>count << 2), block * ROWS + row + lane);
          count++;
        } while (above != 0);
        if (count + 4 > capacity) {
          threshold = select(scores, rows, count, keep);
          count = keep;
        }
      }
    }
  }
  if (count > keep) {
    select(scores, rows, count, keep);
    count = keep;
  }
  return count;
}

/** Whether candidate a ranks before candidate b: by higher score; the lower row wins ties. */
// @ts-expect-error: decorator
@inline
function before(scoreA: f32, rowA: u32, scoreB: f32, rowB: u32): bool {
  return scoreA > scoreB || (scoreA == scoreB && rowA < rowB);
}

/**
 * Moves the best `keep` of `count` candidates to the front (Hoare's selection) and returns the lowest score
 * among them.
 */
export function select(scores: usize, rows: usize, count: i32, keep: i32): f32 {
  let low = 0;
  let high = count - 1;
  const target = keep - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const pivotScore = load<f32>(scores + (<usize>middle << 2));
    const pivotRow = load<u32>(rows + (<usize>middle << 2));
    let left = low;
    let right = high;
    while (left <= right) {
      while (before(load<f32>(scores + (<usize>left << 2)), load<u32>(rows + (<usize>left << 2)), pivotScore, pivotRow)) left++;
      while (before(pivotScore, pivotRow, load<f32>(scores + (<usize>right << 2)), load<u32>(rows + (<usize>right << 2)))) right--;
      if (left <= right) {
        const score = load<f32>(scores + (<usize>left << 2));
        const row = load<u32>(rows + (<usize>left << 2));
        store<f32>(scores + (<usize>left << 2), load<f32>(scores + (<usize>right << 2)));
        store<u32>(rows + (<usize>left << 2), load<u32>(rows + (<usize>right << 2)));
        store<f32>(scores + (<usize>right << 2), score);
        store<u32>(rows + (<usize>right << 2), row);
        left++;
        right--;
      }
    }
    if (target <= right) high = right;
    else if (target >= left) low = left;
    else break;
  }
  const last = load<f32>(scores + (<usize>target << 2));
  return last;
}

/**
 * Exact scores of int8 vectors against a query of 16-bit integers: `scores[i] = scale(v) x dot` (f32). The
 * number v is list[i], or i without a `list`; the vector is at `vectors + v x stride` and its f32 scale at
 * `scales + v x scaleStride`. `dimensions` is a multiple of 16; the caller scales the query so that no 32-bit
 * sum overflows.
 */
export function dots(
  query: usize, vectors: usize, stride: i32, scales: usize, scaleStride: i32,
  list: usize, count: i32, dimensions: i32, scores: usize,
): void {
  for (let index = 0; index < count; index++) {
    const row = list == 0 ? <usize>index : <usize>load<u32>(list + (<usize>index << 2));
    let vector = vectors + row * <usize>stride;
    let at = query;
    let first = i32x4.splat(0);
    let second = i32x4.splat(0);
    const end = vector + dimensions;
    while (vector < end) {
      const values = v128.load(vector);
      first = i32x4.add(first, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(values), v128.load(at)));
      second = i32x4.add(second, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(values), v128.load(at, 16)));
      vector += 16;
      at += 32;
    }
    const sum = i32x4.add(first, second);
    const total = i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
    store<f32>(scores + (<usize>index << 2), <f32>total * load<f32>(scales + row * <usize>scaleStride));
  }
}

/**
 * Decodes symbol codes to bytes. Symbols are eight bytes apart, their lengths (u8) in a list of 256; code 255
 * escapes a byte. `out` needs room for `limit` + 8 bytes. Stops as soon as there are more than `limit` bytes.
 * Returns the number of decoded bytes.
 */
export function decode(codes: usize, length: i32, symbols: usize, lengths: usize, out: usize, limit: i32): i32 {
  const end = codes + length;
  let to = 0;
  while (codes < end && to <= limit) {
    const code = load<u8>(codes++);
    if (code == 255) {
      store<u8>(out + to, codes < end ? load<u8>(codes) : 0);
      codes++;
      to++;
    } else {
      store<u64>(out + to, load<u64>(symbols + (<usize>code << 3)));
      to += load<u8>(lengths + code);
    }
  }
  return to;
}
