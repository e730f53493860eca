import { withoutUndefined } from '../../core/index.ts';
import { type Interval, shareInterval } from './statistics.ts';

/** How questions that the documents answer can end. */
const ANSWERABLE = ['right', 'wrong', 'wronglyRefused', 'unchecked'] as const;
/** How questions that the documents do not answer can end. */
const UNANSWERABLE = ['rightlyRefused', 'answeredUnanswerable'] as const;

/**
 * - `right`: the answer contains a gold answer.
 * - `wrong`: it contains none.
 * - `wronglyRefused`: the documents answer the question, but the reply was "not found".
 * - `unchecked`: answered; the question is marked as answerable but has no gold answer.
 * - `rightlyRefused`: the documents do not answer the question, and the reply was "not found".
 * - `answeredUnanswerable`: the documents do not answer the question, but the reply was an answer.
 */
export type AnswerOutcome = (typeof ANSWERABLE)[number] | (typeof UNANSWERABLE)[number];

/** All outcomes, for schemas. */
export const OUTCOMES = [...ANSWERABLE, ...UNANSWERABLE] as const;

/** Outcomes that users consider failures. */
export const FAILED_OUTCOMES: readonly AnswerOutcome[] = ['wrong', 'wronglyRefused', 'answeredUnanswerable'];

/** A share of questions with its 95 % interval. */
export interface OutcomeShare {
  readonly count: number;
  readonly share: number;
  readonly interval: Interval;
}

/** Shares of the answerable and of the unanswerable questions; a group without questions has none. */
export interface OutcomeSummary extends Readonly<Partial<Record<AnswerOutcome, OutcomeShare>>> {
  /** Number of questions that have gold answers or are marked as answerable. */
  readonly answerable: number;
  /** Number of questions marked as unanswerable. */
  readonly unanswerable: number;
}

/** The outcome of one question; undefined if nothing is known about its right answer. */
export function outcomeOf(answer: {
  readonly notFound: boolean;
  readonly containsGold: boolean | undefined;
  readonly answerable: boolean | undefined;
}): AnswerOutcome | undefined {
  const { notFound, containsGold, answerable } = answer;
  if (answerable === false) return notFound ? 'rightlyRefused' : 'answeredUnanswerable';
  if (answerable === undefined && containsGold === undefined) return undefined;
  if (notFound) return 'wronglyRefused';
  if (containsGold === undefined) return 'unchecked';
  return containsGold ? 'right' : 'wrong';
}

/** Counts outcomes; undefined if there are none. */
export function summariseOutcomes(
  answers: readonly { readonly outcome?: AnswerOutcome }[],
): OutcomeSummary | undefined {
  const counts = new Map<AnswerOutcome, number>();
  for (const { outcome } of answers)
    if (outcome !== undefined) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  if (counts.size === 0) return undefined;
  const total = (outcomes: readonly AnswerOutcome[]): number =>
    outcomes.reduce((sum, outcome) => sum + (counts.get(outcome) ?? 0), 0);
  const shares = (outcomes: readonly AnswerOutcome[]): Partial<Record<AnswerOutcome, OutcomeShare>> => {
    const of = total(outcomes);
    return of === 0
      ? {}
      : Object.fromEntries(outcomes.map((outcome) => [outcome, shareOf(counts.get(outcome) ?? 0, of)]));
  };
  return withoutUndefined({
    answerable: total(ANSWERABLE),
    unanswerable: total(UNANSWERABLE),
    ...shares(ANSWERABLE),
    ...shares(UNANSWERABLE),
  });
}

const shareOf = (count: number, total: number): OutcomeShare => ({
  count,
  share: count / total,
  interval: shareInterval(count, total),
});
