import type { AnswerOutcome } from './outcomes.ts';
import { mean } from './statistics.ts';

/** Number of bins of equal width. */
const BINS = 10;

/** Answers whose confidence is in one interval; 1 belongs to the last one. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly meanConfidence: number;
  /** Share of right answers. */
  readonly right: number;
}

/** How well the confidence of answers agrees with the share of right ones. */
export interface Calibration {
  /** Number of answers with a confidence whose correctness is known; refusals are not included. */
  readonly answers: number;
  /**
   * Mean over the answers of the difference between the mean confidence and the share of right answers in their bin, 0
   * to 1 (Guo et al., On calibration of modern neural networks, 2017).
   */
  readonly expectedCalibrationError: number;
  /** Bins that contain answers, in ascending order. */
  readonly bins: readonly ReliabilityBin[];
}

/** Outcomes of questions that were answered and whose answer is known to be right or wrong. */
const ANSWERED: readonly (AnswerOutcome | undefined)[] = ['right', 'wrong', 'answeredUnanswerable'];

/**
 * Compares the confidence of answers, the probability that the answer is right, with whether it is. An answer to an
 * unanswerable question is wrong. Undefined if no such answer has a confidence.
 */
export function calibrationOf(
  answers: readonly { readonly outcome?: AnswerOutcome; readonly confidence?: number | undefined }[],
): Calibration | undefined {
  const known = answers.flatMap(({ outcome, confidence }) =>
    confidence === undefined || !ANSWERED.includes(outcome)
      ? []
      : [{ confidence, isRight: Number(outcome === 'right') }],
  );
  if (known.length === 0) return undefined;
  const bins = Array.from({ length: BINS }, (_, bin) =>
    known.filter(({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === bin),
  ).flatMap((members, bin) => (members.length === 0 ? [] : [binOf(members, bin)]));
  const differences = bins.map(
    ({ count, meanConfidence, right }) => count * Math.abs(meanConfidence - right),
  );
  return {
    answers: known.length,
    expectedCalibrationError: differences.reduce((sum, difference) => sum + difference, 0) / known.length,
    bins,
  };
}

const binOf = (
  members: readonly { readonly confidence: number; readonly isRight: number }[],
  bin: number,
): ReliabilityBin => ({
  from: bin / BINS,
  to: (bin + 1) / BINS,
  count: members.length,
  meanConfidence: mean(members.map(({ confidence }) => confidence)),
  right: mean(members.map(({ isRight }) => isRight)),
});
