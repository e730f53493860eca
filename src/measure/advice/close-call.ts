import { EXACT_KINDS } from './candidate.ts';
import type { ModelError } from './model-error.ts';
import { COST_NOISE, costOf, type Judged, p95Of } from './rank.ts';
import type { AdviceRequest } from './request.ts';

/** A decision that the predictions leave open. */
export interface CloseCall {
  readonly kinds: readonly string[];
  readonly because: string;
  /** The experiment that settles it. */
  readonly command: string;
}

/** How close the first choice is to the second, or to one of its targets; undefined if the decision is clear. */
export function closeCallOf(
  ranked: readonly Judged[],
  { targets }: AdviceRequest,
  error: ModelError,
): CloseCall | undefined {
  const [first, second] = ranked;
  if (first === undefined) return undefined;
  const { p95Ms, recall } = first.figures;
  const isNear = (value: number | undefined, target: number | undefined, noise: number): boolean =>
    value !== undefined && target !== undefined && Math.abs(value - target) <= noise;
  const compare = (kinds: readonly string[]): string =>
    `srag compare questions.jsonl --kinds ${kinds.join(',')} --mode vector`;
  if (
    targets.recall !== 1 &&
    !EXACT_KINDS.includes(first.kind) &&
    isNear(recall.value, targets.recall, error.recall)
  )
    return {
      kinds: [first.kind],
      because: `the predicted recall of ${first.kind}, ${recall.value!.toFixed(3)}, is as close to the target of ${targets.recall} as the model is accurate`,
      command: compare(
        ['lancedb-flat', first.kind].filter((kind, index, all) => all.indexOf(kind) === index),
      ),
    };
  if (isNear(p95Ms.value, targets.p95Ms, error.latency * (targets.p95Ms ?? 0)))
    return {
      kinds: [first.kind],
      because: `the predicted p95 of ${first.kind}, ${p95Ms.value!.toFixed(0)} ms, is as close to the target of ${targets.p95Ms} ms as the model is accurate`,
      command: 'srag bench run experiment.yaml',
    };
  if (second === undefined || second.misses.length > first.misses.length) return undefined;
  const [cost, otherCost] = [costOf(first), costOf(second)];
  const [p95, otherP95] = [p95Of(first), p95Of(second)];
  const isSameCost = Math.abs(cost - otherCost) <= COST_NOISE * Math.min(cost, otherCost);
  const isSameLatency = Math.abs(p95 - otherP95) <= error.latency * Math.min(p95, otherP95);
  if (!isSameCost || !isSameLatency) return undefined;
  return {
    kinds: [first.kind, second.kind],
    because: `${first.kind} and ${second.kind} differ by less than the model is accurate, in cost and in p95`,
    command: compare([first.kind, second.kind]),
  };
}
