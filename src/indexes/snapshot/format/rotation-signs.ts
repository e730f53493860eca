/** A seeded generator of 32-bit numbers (mulberry32); deterministic on every platform. */
export function seededWords(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** The signs of a seeded rotation: `rounds` times `dimensions` values of +1 or -1. */
export function rotationSigns(seed: number, dimensions: number, rounds: number): Float32Array<ArrayBuffer> {
  const next = seededWords(seed);
  const signs = new Float32Array(rounds * dimensions);
  for (let index = 0; index < signs.length; index++) signs[index] = next() & 1 ? 1 : -1;
  return signs;
}
