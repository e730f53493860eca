import type { Random } from '../../../core/index.ts';
import type { ServiceDraws } from '../engine/fleet.ts';

/** Service time of one invocation in milliseconds; samples are in the order of measurement. */
export interface ServiceSample {
  /** Initialisation of the environment; 0 for a warm one. */
  readonly initMs: number;
  /** The invocation itself. */
  readonly runMs: number;
  /** Whether it ended with an error. */
  readonly isError: boolean;
}

/**
 * Draws service times from measured samples. The stationary bootstrap (Politis and Romano, 1994) preserves correlation
 * between neighbouring samples. Each sample represents its share of a smooth distribution: linear between the order
 * statistics, exponential beyond the largest, with the mean of the samples (after Bratley, Fox and Schrage, A Guide to
 * Simulation, 1987), so that the tail is not cut at the largest value seen.
 */
export class ServiceTimes implements ServiceDraws {
  /** The last drawn invocation. */
  initMs = 0;
  runMs = 0;
  isError = false;
  readonly samples: readonly ServiceSample[];
  /** Expected length of the blocks of neighbouring samples in the bootstrap; 1: independent draws. */
  readonly blockLength: number;
  readonly #random: Random;
  readonly #restart: number;
  readonly #sorted: Float64Array;
  /** For each sample, the rank of its total time, and the share of initialisation in that time. */
  readonly #rank: Int32Array;
  readonly #initShare: Float64Array;
  readonly #errors: Uint8Array;
  #at: number;

  constructor(
    samples: readonly ServiceSample[],
    random: Random,
    blockLength = blockLengthOf(samples.map(wholeMs)),
  ) {
    this.samples = samples;
    this.blockLength = blockLength;
    this.#random = random;
    this.#restart = 1 / blockLength;
    const { length } = samples;
    const order = Int32Array.from(samples.keys()).sort((a, b) => wholeMs(samples[a]!) - wholeMs(samples[b]!));
    this.#sorted = Float64Array.from(order, (index) => wholeMs(samples[index]!));
    this.#rank = new Int32Array(length);
    order.forEach((index, rank) => {
      this.#rank[index] = rank;
    });
    this.#initShare = Float64Array.from(samples, (sample) => sample.initMs / (wholeMs(sample) || 1));
    this.#errors = Uint8Array.from(samples, ({ isError }) => Number(isError));
    this.#at = Math.floor(random() * length);
  }

  draw(): void {
    const { length } = this.#rank;
    this.#at += 1;
    if (this.#at >= length || this.#restart === 1 || this.#random() < this.#restart)
      this.#at = Math.floor(this.#random() * length);
    const wholeMs = this.#smooth(this.#rank[this.#at]!);
    this.initMs = wholeMs * this.#initShare[this.#at]!;
    this.runMs = wholeMs - this.initMs;
    this.isError = this.#errors[this.#at] === 1;
  }

  /** Draws a time from the part of the distribution that a rank represents. */
  #smooth(rank: number): number {
    const sorted = this.#sorted;
    const within = this.#random();
    // A rank represents half of the gap on either side of its value.
    const at = rank + within - 0.5;
    const below = Math.max(0, Math.floor(at));
    const low = sorted[below]!;
    if (rank < sorted.length - 1 || rank === 0)
      return low + ((sorted[below + 1] ?? low) - low) * Math.max(0, at - below);
    // Half of the last gap belongs to the rank below. A mean of 3/4 of the other half preserves the overall
    // mean.
    const halfGapMs = (sorted[rank]! - sorted[rank - 1]!) / 2;
    return sorted[rank]! - halfGapMs - 0.75 * halfGapMs * Math.log(1 - within);
  }

  /** Draws as many samples again, in blocks of neighbours. The result simulates another measurement. */
  resampled(random: Random): ServiceSample[] {
    const { length } = this.samples;
    let at = 0;
    return Array.from({ length }, (_, row) => {
      at = row === 0 || random() < this.#restart ? Math.floor(random() * length) : (at + 1) % length;
      return this.samples[at]!;
    });
  }
}

const wholeMs = ({ initMs, runMs }: ServiceSample): number => initMs + runMs;

/**
 * Dependence between neighbours: the integrated autocorrelation time, summed up to the first lag that is not
 * significant (2 / sqrt(n)); at most a tenth of the samples.
 */
export function blockLengthOf(values: readonly number[]): number {
  const { length } = values;
  const mean = values.reduce((sum, value) => sum + value, 0) / length;
  const centred = Float64Array.from(values, (value) => value - mean);
  const productAt = (lag: number): number => {
    let sum = 0;
    for (let at = lag; at < length; at++) sum += centred[at]! * centred[at - lag]!;
    return sum;
  };
  const variance = productAt(0);
  if (!(variance > 0)) return 1;
  const maxLength = Math.max(1, Math.floor(length / 10));
  let time = 1;
  for (let lag = 1; lag < maxLength; lag++) {
    const correlation = productAt(lag) / variance;
    if (correlation < 2 / Math.sqrt(length)) break;
    time += 2 * correlation;
  }
  return Math.min(maxLength, Math.ceil(time));
}
