/** Number of buckets per doubling. Each is up to 1/128 as wide as its values; its middle is <= 0.4 % off. */
const PER_OCTAVE = 128;
const SHIFT = Math.log2(PER_OCTAVE);
const LARGEST = 2 ** 31 - 1;
const BUCKETS = (31 - SHIFT + 1) * PER_OCTAVE;

/** Maximum relative error of a histogram's quantiles, in addition to half a microsecond. */
export const HISTOGRAM_ERROR = 1 / (2 * PER_OCTAVE);

/**
 * A histogram of durations in constant memory: linear buckets within each doubling of microseconds, up to 35 minutes
 * (the layout of Gil Tene's HdrHistogram). Values have weights, since a sampled request represents several.
 */
export class LatencyHistogram {
  readonly #weights = new Float64Array(BUCKETS);
  #total = 0;
  #sumMs = 0;

  add(valueMs: number, weight: number): void {
    const micros = Math.min(LARGEST, Math.max(0, Math.round(valueMs * 1_000)));
    const octave = Math.max(0, 31 - Math.clz32(micros) - SHIFT + 1);
    // After the shift by o - 1, values of octave o > 0 are 128..255. Their 128 buckets follow those of
    // earlier octaves.
    const bucket = octave === 0 ? micros : octave * PER_OCTAVE + (micros >> (octave - 1)) - PER_OCTAVE;
    this.#weights[bucket]! += weight;
    this.#total += weight;
    this.#sumMs += valueMs * weight;
  }

  /** Sum of the weights. */
  get count(): number {
    return this.#total;
  }

  /** Exact mean of the values; undefined if there are none. */
  get meanMs(): number | undefined {
    return this.#total === 0 ? undefined : this.#sumMs / this.#total;
  }

  /** The value below which a share of the weight lies, by interpolation within a bucket; undefined without values. */
  quantileMs(share: number): number | undefined {
    if (this.#total === 0) return undefined;
    const wanted = share * this.#total;
    let below = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const weight = this.#weights[bucket]!;
      if (weight === 0) continue;
      if (below + weight >= wanted) {
        const [low, width] = boundsOf(bucket);
        // Values were rounded to integers: the bucket of 5 contains 4.5 to 5.5.
        return Math.max(0, low - 0.5 + width * Math.max(0, (wanted - below) / weight)) / 1_000;
      }
      below += weight;
    }
    return LARGEST / 1_000;
  }
}

/** Lowest microsecond of a bucket, and its width. */
function boundsOf(bucket: number): readonly [low: number, width: number] {
  const octave = Math.floor(bucket / PER_OCTAVE);
  if (octave === 0) return [bucket, 1];
  const width = 2 ** (octave - 1);
  return [(PER_OCTAVE + (bucket % PER_OCTAVE)) * width, width];
}
