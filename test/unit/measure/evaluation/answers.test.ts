import { describe, expect, it } from 'vitest';
import {
  containsGold,
  countSentences,
  judgeAnswer,
  normaliseAnswer,
  summariseAnswers,
} from '../../../../src/measure/index.ts';

describe('gold answers', () => {
  it('are compared without case, punctuation, articles and extra white space', () => {
    expect(normaliseAnswer('  The  Röntgen , of\nGermany (a "prize") ')).toBe('röntgen of germany prize');
    expect(
      containsGold('It went to Wilhelm Conrad Röntgen, of the Germany [1].', [
        'wilhelm conrad röntgen , of Germany',
      ]),
    ).toBe(true);
  });

  it('match only whole words', () => {
    expect(containsGold('In 2012 it ended.', ['12'])).toBe(false);
    expect(containsGold('It took 12 years, until 2012.', ['12'])).toBe(true);
    expect(containsGold('The anthem.', ['them'])).toBe(false);
  });

  it('match even if Korean particles follow', () => {
    expect(containsGold('수도는 서울이다. [2]', ['서울'])).toBe(true);
  });

  it('are compared without Markdown marks and the addresses of links', () => {
    const gold = ['**Set** `timeoutMs` in the [settings](config.md#limits) to `0`'];
    expect(containsGold('Set timeoutMs in the settings to 0.', gold)).toBe(true);
    expect(containsGold('1. **Set `timeoutMs`** in the settings to 0 [1].', gold)).toBe(true);
    expect(containsGold('| key | value |\n| `a_b` | 5 |', ['a_b | 5'])).toBe(true);
  });

  it('are compared without the citation marks of the answer', () => {
    expect(containsGold('Nobody knows [1][12].', ['1'])).toBe(false);
    expect(containsGold('Nobody [3] knows.', ['nobody knows'])).toBe(true);
  });

  it('never match if they consist of punctuation or an article', () => {
    expect(containsGold('the end.', ['.', 'the', ''])).toBe(false);
  });
});

describe('summariseAnswers', () => {
  it('counts English and Korean sentences, without citation marks', () => {
    expect(countSentences('It is 3.5 m tall [1]. It is old [2].')).toBe(2);
    expect(countSentences('서울은 수도이다. 부산은 항구이다. [1]')).toBe(2);
    expect(countSentences('one line\nanother line')).toBe(2);
    expect(countSentences(' [1] ... ')).toBe(0);
  });

  it('never counts a not-found answer as containing the gold answer', () => {
    const judged = judgeAnswer(
      { text: 'The documents do not answer this question.', notFound: true },
      {
        answers: ['question'],
      },
    );
    expect(judged).toMatchObject({ containsGold: false, notFound: true, sentences: 1, characters: 42 });
  });

  it('computes the share of answers that contain a gold answer over the queries that have one', () => {
    const answers = [
      judgeAnswer({ text: 'Paris.', notFound: false }, { answers: ['paris'] }),
      judgeAnswer({ text: 'Rome. Or so.', notFound: false }, { answers: ['paris'] }),
      judgeAnswer({ text: '한국', notFound: true }, { answers: [] }),
    ];
    expect(summariseAnswers(answers)).toMatchObject({
      containsGold: 0.5,
      meanCharacters: (6 + 12 + 2) / 3,
      meanSentences: 4 / 3,
      notFound: 1 / 3,
    });
    expect(summariseAnswers([])).toBeUndefined();
    expect(summariseAnswers([answers[2]!])).not.toHaveProperty('containsGold');
  });
});
