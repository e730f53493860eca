/** A source of numbers in [0, 1). The same seed yields the same numbers on every machine. */
export type Random = () => number;

/** The sfc32 generator (Chris Doty-Humphrey, PractRand): fast, but not suitable for secrets. */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88 ^ Math.floor(seed / 2 ** 32);
  let c = 0xb7e15162;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // Discarded, because the first numbers of similar seeds are similar.
  for (let round = 0; round < 15; round++) next();
  return next;
}

/** A normally distributed number, mean 0 and standard deviation 1 (Box and Muller). */
export const gaussian = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
