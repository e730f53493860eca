import type { Candidate } from './candidate.ts';
import type { Miss } from './misses.ts';
import type { ModelError } from './model-error.ts';

/** A candidate with the targets that it is predicted to miss. */
export interface Judged extends Candidate {
  readonly misses: readonly Miss[];
}

/** Differences of cost below this share are not a preference: predicted costs are not more accurate. */
export const COST_NOISE = 0.1;

/** How far a candidate is from its targets: their number counts first, then the sum of the factors. */
const missedBy = ({ misses }: Judged): number =>
  100 * misses.length + Number(Math.log10(misses.reduce((sum, { factor }) => sum + factor, 1)).toFixed(1));

/**
 * Best first: candidates that meet all targets by cost, then the others by how far they are from their targets. Of
 * those that cost least, within the noise of predicted costs, one with a lower p95 comes first if the difference is
 * larger than the error of predicted latencies.
 */
export function rankedBy(candidates: readonly Judged[], { latency }: ModelError): readonly Judged[] {
  const sorted = candidates.toSorted(
    (one, other) =>
      missedBy(one) - missedBy(other) || costOf(one) - costOf(other) || one.kind.localeCompare(other.kind),
  );
  const first = preferred(sorted, latency);
  return first === undefined ? sorted : [first, ...sorted.filter((one) => one !== first)];
}

function preferred(sorted: readonly Judged[], latencyError: number): Judged | undefined {
  const [cheapest] = sorted;
  if (cheapest === undefined) return undefined;
  const equal = sorted.filter(
    (one) => missedBy(one) === missedBy(cheapest) && costOf(one) <= (1 + COST_NOISE) * costOf(cheapest),
  );
  const fastest = Math.min(...equal.map(p95Of));
  return equal.find((one) => p95Of(one) <= (1 + latencyError) * fastest);
}

export const costOf = ({ figures }: Candidate): number =>
  figures.usdPerMonth.value ?? Number.POSITIVE_INFINITY;
export const p95Of = ({ figures }: Candidate): number => figures.p95Ms.value ?? Number.POSITIVE_INFINITY;
