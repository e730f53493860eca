/** The start of a series that is cut because it differs from the rest. */
export interface WarmUp {
  /** Number of values to cut. */
  readonly cut: number;
  /** False if the series still changes after the maximum cut. */
  readonly settled: boolean;
}

const MIN_BATCH = 5;
const MAX_BATCHES = 400;
/** Number of standard errors beyond which the difference between the cut part and the rest is not chance. */
const SIGNIFICANT = 4;
/** Number of groups from which the standard error of the rest is computed. */
const GROUPS = 20;

/**
 * Finds the warm-up at the start of a series by MSER-5 (White, 1997; Franklin and White, 2008): the cut that
 * minimises the standard error of the mean of the rest. It uses ranks of batch means, so that one slow
 * request does not decide. It cuts only if the difference exceeds chance, because cutting every high start
 * would bias means downwards.
 * @param maxShare maximum share of the series that may be cut
 */
export function detectWarmUp(values: ArrayLike<number>, maxShare = 0.25): WarmUp {
  const size = Math.max(MIN_BATCH, Math.ceil(values.length / MAX_BATCHES));
  const ranks = ranksOf(batchMeans(values, size));
  const maxCut = Math.floor(ranks.length * maxShare);
  if (ranks.length < GROUPS || maxCut < 1) return { cut: 0, settled: true };
  const best = cutOfLeastError(ranks);
  const cut = Math.min(best, maxCut);
  if (best === 0 || !differs(ranks, best)) return { cut: 0, settled: true };
  return { cut: cut * size, settled: best <= maxCut };
}

function batchMeans(values: ArrayLike<number>, size: number): Float64Array {
  const means = new Float64Array(Math.floor(values.length / size));
  for (let batch = 0; batch < means.length; batch++) {
    let sum = 0;
    for (let index = batch * size; index < (batch + 1) * size; index++) sum += values[index]!;
    means[batch] = sum / size;
  }
  return means;
}

/** Ranks from 0; equal values share their middle rank. */
function ranksOf(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && values[order[last + 1]!] === values[order[first]!]) last++;
    for (let place = first; place <= last; place++) ranks[order[place]!] = (first + last) / 2;
    first = last + 1;
  }
  return ranks;
}

/** The cut, up to half of the series, that minimises the squared standard error of the mean of the rest. */
function cutOfLeastError(ranks: Float64Array): number {
  let [sum, squares, best, least] = [0, 0, 0, Number.POSITIVE_INFINITY];
  for (let cut = ranks.length - 1; cut >= 0; cut--) {
    sum += ranks[cut]!;
    squares += ranks[cut]! ** 2;
    const rest = ranks.length - cut;
    const error = (squares - sum ** 2 / rest) / rest ** 2;
    if (cut <= ranks.length / 2 && error <= least) [best, least] = [cut, error];
  }
  return best;
}

/** Whether the mean before the cut is outside the spread of group means after it. */
function differs(ranks: Float64Array, cut: number): boolean {
  const rest = ranks.subarray(cut);
  const size = Math.floor(rest.length / GROUPS);
  const groups = batchMeans(rest as ArrayLike<number>, Math.max(1, size));
  const centre = average(rest);
  const variance = groups.reduce((total, value) => total + (value - centre) ** 2, 0) / (groups.length - 1);
  // The variance of a mean of n ranks is variance * size / n, which includes correlation within groups.
  const error = Math.sqrt(variance * size * (1 / cut + 1 / rest.length));
  return Math.abs(average(ranks.subarray(0, cut)) - centre) > SIGNIFICANT * error;
}

const average = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
