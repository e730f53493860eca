import { describe, expect, it } from 'vitest';
import { HISTORY_LIMITS, usedHistory } from '../../../../src/query/conversation/index.ts';

const turn = (question: string, answer = 'Yes.') => ({ question, answer });

describe('usedHistory', () => {
  it('keeps the last 8 turns', () => {
    const turns = Array.from({ length: 20 }, (_, index) => turn(`question ${index}`));
    expect(usedHistory(turns).map(({ question }) => question)).toEqual(
      Array.from({ length: 8 }, (_, index) => `question ${index + 12}`),
    );
  });

  it('keeps the beginning of long questions and answers', () => {
    const [used] = usedHistory([turn('q'.repeat(5_000), 'a'.repeat(50_000))]);
    expect(used?.question).toHaveLength(1_000);
    expect(used?.answer).toHaveLength(2_000);
  });

  it('does not split a surrogate pair', () => {
    expect(usedHistory([turn(`${'q'.repeat(999)}😀`)])[0]?.question).toBe('q'.repeat(999));
  });

  it('removes citation marks, control characters and empty turns', () => {
    expect(usedHistory([turn(' ', ''), turn('Why\u0000?', 'Because\u200b [1][23].')])).toEqual([
      turn('Why?', 'Because .'),
    ]);
  });

  it.each([
    ['history', Array.from({ length: HISTORY_LIMITS.turns + 1 }, () => turn('Why?'))],
    ['history.1.question', [turn('Why?'), turn('q'.repeat(10_001))]],
    ['history.0.answer', [turn('Why?', 'a'.repeat(100_001))]],
  ])('refuses a history that is too long (%s)', (field, history) => {
    expect(() => usedHistory(history)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', fields: { field } }),
    );
  });
});
