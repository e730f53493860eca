import { type Random, SragError, seededRandom } from '../../../core/index.ts';

/** Arrival process: `poisson` as from many independent users, `constant` with equal gaps. */
export type Arrivals = 'poisson' | 'constant';

/** One block of load. */
export interface BlockPlan {
  readonly arrivals: Arrivals;
  readonly ratePerSecond: number;
  readonly seconds: number;
  readonly seed: number;
  readonly step: number;
  readonly block: number;
}

/**
 * Arrival times in milliseconds from the start of a block, in ascending order. Blocks of other variants with the same
 * seed, step and number have the same arrivals.
 * @throws INVALID_ARGUMENT for a rate or duration that is not positive
 */
export function arrivalTimes({ arrivals, ratePerSecond, seconds, ...place }: BlockPlan): Float64Array {
  if (!(ratePerSecond > 0 && ratePerSecond < 1e6 && seconds > 0 && seconds < 1e6)) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `A block of ${ratePerSecond} requests/s for ${seconds} s cannot be planned; both must be positive and below 1,000,000.`,
    );
  }
  const gapMs = 1_000 / ratePerSecond;
  const endMs = seconds * 1_000;
  if (arrivals === 'constant') {
    return Float64Array.from({ length: Math.round(endMs / gapMs) }, (_, index) => index * gapMs);
  }
  const random = randomOf(place.seed, place.step, place.block);
  const times: number[] = [];
  for (let at = exponential(random, gapMs); at < endMs; at += exponential(random, gapMs)) times.push(at);
  return Float64Array.from(times);
}

const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random());

/**
 * The questions of requests `first` to `first + count - 1` of a variant: all of them in an order drawn from the seed,
 * then all of them in another order, and so on.
 */
export function questionOrder(questions: number, seed: number, first: number, count: number): Uint32Array {
  const order = new Uint32Array(count);
  let pass = -1;
  let permutation: Uint32Array = new Uint32Array(0);
  for (let index = 0; index < count; index++) {
    const wanted = Math.floor((first + index) / questions);
    if (wanted !== pass) permutation = shuffled(questions, randomOf(seed, wanted));
    pass = wanted;
    order[index] = permutation[(first + index) % questions]!;
  }
  return order;
}

/** Fisher and Yates' shuffle. */
function shuffled(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

/** A random source for one block of a run. Seed and indexes are hashed, because plain sums would collide. */
const randomOf = (seed: number, ...places: readonly number[]): Random =>
  seededRandom(places.reduce((mixed, place) => hashed(mixed + place), hashed(seed)));

const hashed = (value: number): number => Math.floor(seededRandom(value)() * 2 ** 32);
