import { describe, expect, it } from 'vitest';
import {
  calibrationOf,
  judgeAnswer,
  shareInterval,
  summariseAnswers,
  summariseOutcomes,
} from '../../../../src/measure/index.ts';

const outcome = (text: string | undefined, answers: readonly string[], answerable?: boolean) =>
  judgeAnswer({ text: text ?? 'Not found.', notFound: text === undefined }, { answers, answerable }).outcome;

describe('the outcome of an answer', () => {
  it('is right or wrong by the gold answers', () => {
    expect(outcome('It is Paris.', ['Paris'])).toBe('right');
    expect(outcome('It is Rome.', ['Paris'], true)).toBe('wrong');
  });

  it('is a wrong refusal if the question is answerable or has a gold answer', () => {
    expect(outcome(undefined, ['Paris'])).toBe('wronglyRefused');
    expect(outcome(undefined, [], true)).toBe('wronglyRefused');
  });

  it('depends only on the refusal if the question is unanswerable', () => {
    expect(outcome(undefined, [], false)).toBe('rightlyRefused');
    expect(outcome('It is Paris.', ['Paris'], false)).toBe('answeredUnanswerable');
  });

  it('is unchecked without a gold answer, and unknown without any information', () => {
    expect(outcome('It is Paris.', [], true)).toBe('unchecked');
    expect(outcome('It is Paris.', [])).toBeUndefined();
  });
});

describe('summariseOutcomes', () => {
  it('computes shares of the answerable and of the unanswerable questions', () => {
    const outcomes = ['right', 'right', 'wrong', 'wronglyRefused', 'rightlyRefused'] as const;
    expect(summariseOutcomes(outcomes.map((of) => ({ outcome: of })))).toMatchObject({
      answerable: 4,
      unanswerable: 1,
      right: { count: 2, share: 0.5 },
      wrong: { count: 1, share: 0.25 },
      wronglyRefused: { count: 1, share: 0.25 },
      unchecked: { count: 0, share: 0 },
      rightlyRefused: { count: 1, share: 1 },
      answeredUnanswerable: { count: 0, share: 0 },
    });
  });

  it('returns no shares of a group without questions, and nothing without outcomes', () => {
    const summary = summariseOutcomes([{ outcome: 'right' }, {}]);
    expect(summary).toMatchObject({ answerable: 1, unanswerable: 0 });
    expect(summary).not.toHaveProperty('rightlyRefused');
    expect(summariseOutcomes([{}])).toBeUndefined();
  });

  it('groups answers by kind, largest kind first', () => {
    const judged = ['limit', 'code', 'limit', undefined].map((kind) =>
      judgeAnswer({ text: 'x', notFound: false }, { answers: ['x'], kind }),
    );
    const { byKind } = summariseAnswers(judged)!;
    expect(Object.entries(byKind!).map(([kind, { answerable }]) => [kind, answerable])).toEqual([
      ['limit', 2],
      ['code', 1],
    ]);
  });
});

describe('shareInterval', () => {
  it("is Wilson's interval", () => {
    // Newcombe, 1998, table I: 81 of 263 and 0 of 20.
    const [low, high] = shareInterval(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(shareInterval(0, 20)[0]).toBe(0);
    expect(shareInterval(0, 20)[1]).toBeCloseTo(0.1611, 4);
    expect(() => shareInterval(0, 0)).toThrow('no values');
  });
});

describe('calibrationOf', () => {
  const answers = [
    { outcome: 'right', confidence: 0.95 },
    { outcome: 'wrong', confidence: 0.95 },
    { outcome: 'right', confidence: 1 },
    { outcome: 'answeredUnanswerable', confidence: 0.1 },
    { outcome: 'wronglyRefused', confidence: 0.9 },
    { outcome: 'rightlyRefused', confidence: 0 },
    { outcome: 'right' },
  ] as const;

  it('compares confidence with the share of right answers in ten bins, without refusals', () => {
    const calibration = calibrationOf(answers)!;
    expect(calibration.answers).toBe(4);
    expect(calibration.bins.map(({ from, count }) => [from, count])).toEqual([
      [0.1, 1],
      [0.9, 3],
    ]);
    expect(calibration.bins[1]!.right).toBeCloseTo(2 / 3, 12);
    expect(calibration.expectedCalibrationError).toBeCloseTo((0.1 + 3 * (2.9 / 3 - 2 / 3)) / 4, 12);
  });

  it('is undefined if no answer has a confidence', () => {
    expect(calibrationOf([{ outcome: 'right' }])).toBeUndefined();
  });
});
