/** The variance of a series' overall mean, estimated from the means of batches. */
export interface LongRunVariance {
  /** Variance of the overall mean times the number of values: the plain variance if values are independent. */
  readonly variance: number;
  /** Degrees of freedom of the variance estimate. */
  readonly degreesOfFreedom: number;
  readonly batches: number;
  /** Skewness of the batch means. */
  readonly skewness: number;
  /** Correlation of neighbouring batch means: near 0 if batches are long enough. */
  readonly correlation: number;
}

const MIN_BATCHES = 8;
/**
 * Maximum number of batches. With more batches, the variance has less noise; with fewer, batches are longer
 * and less correlated. Chosen by the coverage of `srag bench selftest`.
 */
const MAX_BATCHES = 24;
/** Upper bound of the batch correlation in the estimate: more correlated batches say little about the variance. */
const MAX_CORRELATION = 0.95;
/** Degrees of freedom at which Student's t is practically the normal distribution. */
export const NORMAL = 1e6;

/**
 * Long-run variance of a series by batch means (Schmeiser, 1982; as many batches as values in a batch, up to 24).
 * Correlation r of neighbouring batches widens it by (1 + r) / (1 - r), as in Skart (Tafazzoli, Wilson, Lada and
 * Steiger, 2011). The estimate of r, and few large deviations among many batches (Box, 1953), cost degrees of freedom.
 * @param valueAt returns the value at an index
 * @param kurtosisOf returns the kurtosis of means of so many independent values; 3 if they are roughly normal
 */
export function longRunVariance(
  valueAt: (index: number) => number,
  length: number,
  kurtosisOf: (batchSize: number) => number = () => 3,
): LongRunVariance {
  const preferred = Math.min(MAX_BATCHES, Math.max(MIN_BATCHES, Math.floor(Math.sqrt(length))));
  const batches = length < 2 * MIN_BATCHES ? length : preferred;
  const size = Math.floor(length / batches);
  const means = new Float64Array(batches);
  let index = length - batches * size;
  for (let batch = 0; batch < batches; batch++) {
    let sum = 0;
    for (const end = index + size; index < end; index++) sum += valueAt(index);
    means[batch] = sum / size;
  }
  return { ...varianceOf(means, size, kurtosisOf(size)), batches };
}

function varianceOf(
  means: Float64Array,
  size: number,
  expectedKurtosis: number,
): Omit<LongRunVariance, 'batches'> {
  const count = means.length;
  const centre = means.reduce((sum, value) => sum + value, 0) / count;
  let [squares, products, cubes, fourths] = [0, 0, 0, 0];
  for (let batch = 0; batch < count; batch++) {
    const deviation = means[batch]! - centre;
    squares += deviation ** 2;
    cubes += deviation ** 3;
    fourths += deviation ** 4;
    if (batch > 0) products += deviation * (means[batch - 1]! - centre);
  }
  if (squares <= 1e-24 * centre ** 2 * count) {
    return { variance: 0, degreesOfFreedom: NORMAL, skewness: 0, correlation: 0 };
  }
  const spread = squares / count;
  // If the true correlation is 0, its estimate averages -1 / count.
  const correlation = products / squares + 1 / count;
  const r = count < MIN_BATCHES ? 0 : Math.min(MAX_CORRELATION, Math.max(0, correlation));
  // Estimating r triples the variance of the result if r exceeds its standard error.
  const noise = Math.min(1, r * Math.sqrt(count));
  const excess = Math.max(0, fourths / count / spread ** 2 - expectedKurtosis);
  return {
    variance: ((size * squares) / (count - 1)) * ((1 + r) / (1 - r)),
    degreesOfFreedom: Math.max(1, (count - 1) * Math.min(1, 2 / (2 + excess), 1 / (1 + 2 * noise))),
    skewness:
      count < 3 ? 0 : (cubes / count / spread ** 1.5) * (Math.sqrt(count * (count - 1)) / (count - 2)),
    correlation,
  };
}
