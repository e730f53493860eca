// The seeded rotation of vectors, shared by build and query: rounds of random signs, a Hadamard transform over the
// front or the back, and, where that does not cover all dimensions, a step that mixes the two halves.

/**
 * Fast Walsh-Hadamard transform of `size` values (a power of two), in place, scaled so that the vector keeps
 * its length.
 */
function hadamard(values: usize, size: i32): void {
  for (let half = 1; half < 4 && half < size; half <<= 1) {
    for (let from = 0; from < size; from += half << 1) {
      for (let index = from; index < from + half; index++) {
        const left = values + ((<usize>index) << 2);
        const right = left + ((<usize>half) << 2);
        const a = load<f32>(left);
        const b = load<f32>(right);
        store<f32>(left, a + b);
        store<f32>(right, a - b);
      }
    }
  }
  for (let half = 4; half < size; half <<= 1) {
    for (let from = 0; from < size; from += half << 1) {
      for (let index = from; index < from + half; index += 4) {
        const left = values + ((<usize>index) << 2);
        const right = left + ((<usize>half) << 2);
        const a = v128.load(left);
        const b = v128.load(right);
        v128.store(left, f32x4.add(a, b));
        v128.store(right, f32x4.sub(a, b));
      }
    }
  }
  const scale = f32x4.splat(1 / sqrt<f32>(<f32>size));
  for (let at: usize = 0; at < (<usize>size) << 2; at += 16) {
    v128.store(values + at, f32x4.mul(v128.load(values + at), scale));
  }
}

/**
 * Rotates `dimensions` values in place. `size` is the largest power of two up to `dimensions`; `signs`
 * contains rounds x dimensions values of +-1.
 */
export function rotate(values: usize, dimensions: i32, size: i32, signs: usize, rounds: i32): void {
  const bytes = (<usize>dimensions) << 2;
  const half = bytes >> 1;
  const root: f32 = Mathf.SQRT1_2;
  const roots = f32x4.splat(root);
  for (let round = 0; round < rounds; round++) {
    const flips = signs + <usize>round * bytes;
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(values + at, f32x4.mul(v128.load(values + at), v128.load(flips + at)));
    }
    hadamard((round & 1) == 0 ? values : values + bytes - ((<usize>size) << 2), size);
    if (size == dimensions) continue;
    // Halves of a multiple of 16 dimensions are multiples of 8.
    for (let at: usize = 0; at < half; at += 16) {
      const a = v128.load(values + at);
      const b = v128.load(values + half + at);
      v128.store(values + at, f32x4.mul(f32x4.add(a, b), roots));
      v128.store(values + half + at, f32x4.mul(f32x4.sub(a, b), roots));
    }
  }
}
