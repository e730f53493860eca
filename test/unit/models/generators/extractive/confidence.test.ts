import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess, probability } from '../../../../../src/models/generators/extractive/confidence.ts';
import { gatherEvidence } from '../../../../../src/models/generators/extractive/evidence.ts';
import { candidatesOf, extractAnswer } from '../../../../../src/models/generators/extractive/extract.ts';
import { parseQuestion } from '../../../../../src/models/generators/extractive/question/question.ts';
import { selectPlaces } from '../../../../../src/models/generators/extractive/select.ts';

const passagesOf = (texts: readonly string[], scores?: readonly number[]) =>
  texts.map((text, index) => ({
    ...{ marker: index + 1, chunkId: `c${index}`, documentId: `d${index}` },
    ...{ title: '', headingPath: [], text, score: scores?.[index] ?? 10 - index },
  }));

async function assessed(question: string, texts: readonly string[], scores?: readonly number[]) {
  const evidence = await gatherEvidence(parseQuestion(question), passagesOf(texts, scores));
  return assess(evidence, selectPlaces(candidatesOf(evidence), 600));
}

const PUMP = 'The red pump of Gibraltar was built in 1871 by Ada Merrow.';

describe('assess', () => {
  it('counts the names and numbers of a question that no passage contains', async () => {
    expect(await assessed('When was the pump of Gibraltar built?', [PUMP])).toMatchObject({
      absentNames: 0,
      found: 1,
      here: 1,
    });
    expect(await assessed('When was the pump of Valletta built?', [PUMP])).toMatchObject({ absentNames: 1 });
    expect(await assessed('was the pump built in 1871', [PUMP])).toMatchObject({ absentNumbers: 0 });
    expect(await assessed('was the pump built in 1999', [PUMP])).toMatchObject({ absentNumbers: 1 });
  });

  it('distinguishes words in the quoted place from words elsewhere', async () => {
    const { found, here } = await assessed('the built pump and the harbour office', [
      PUMP,
      'The harbour office opens at eight.',
    ]);
    expect(found).toBe(1);
    expect(here).toBeLessThan(1);
    expect(await assessed('pump', [PUMP])).toMatchObject({ typed: 0, yesno: 0, manner: 0 });
    expect(await assessed('When was the pump built?', [PUMP])).toMatchObject({ typed: 1 });
    expect(await assessed('Is the pump red?', [PUMP])).toMatchObject({ yesno: 1 });
    expect(await assessed('How do I build the pump?', [PUMP])).toMatchObject({ manner: 1 });
  });

  it('contains the largest features of the units of the best place', async () => {
    const question = 'When was the red pump built?';
    const evidence = await gatherEvidence(parseQuestion(question), passagesOf([PUMP]));
    const [unit] = candidatesOf(evidence);
    const figures = await assessed(question, [PUMP]);
    expect(figures).toMatchObject(unit!.evidence.features);
    expect(figures).toMatchObject({ unitScore: unit!.score, lastHere: 1 });
  });

  it('has no figures without places or without words in the question', async () => {
    expect(await assessed('pump', ['# Pump'])).toEqual({});
    expect(await assessed('pump', [])).toEqual({});
    expect(await assessed('what is the', [PUMP])).toEqual({});
  });

  it('returns finite figures for any scores, such as negative ones of rerankers', async () => {
    const score = fc.oneof(
      fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
      fc.constantFrom(0, -0, 1e-300, -1e-300),
    );
    await fc.assert(
      fc.asyncProperty(score, score, async (first, second) => {
        const figures = await assessed('the pump', [PUMP, 'The pump is blue.'], [first, second]);
        for (const figure of Object.values(figures)) expect(Number.isFinite(figure)).toBe(true);
        expect(figures.scoreGap).toBeGreaterThanOrEqual(0);
        expect(figures.scoreGap).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('probability', () => {
  it('is a logistic function of the weighted features', () => {
    expect(probability({}, { a: 5 })).toBe(0.5);
    expect(probability({ bias: Math.log(3) }, {})).toBeCloseTo(0.75);
    expect(probability({ a: 2, b: -1, bias: 0.5 }, { a: 1, c: 100 })).toBeCloseTo(1 / (1 + Math.exp(-2.5)));
  });
});

describe('the confidence of an answer', () => {
  const confidence = async (question: string, texts: readonly string[]) =>
    (await extractAnswer({ question, passages: passagesOf(texts), maxOutputTokens: 500 })).confidence;

  it('is higher if the passages contain the words of the question', async () => {
    const [right, other, none] = [
      await confidence('When was the red pump of Gibraltar built?', [PUMP]),
      await confidence('When was the red pump of Valletta repaired?', [PUMP]),
      await confidence('When was the red pump of Gibraltar built?', ['The harbour holds forty boats.']),
    ];
    expect(right).toBeGreaterThan(0.5);
    expect(other).toBeLessThan(right - 0.2);
    expect(none).toBeLessThan(0.1);
  });

  it('is a probability, and low without quotations, for any question and text', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc
        .array(fc.constantFrom('pump ', 'red. ', '펌프는 ', '水。', '# ', '\n', '| a |', '```', '[1] '), {
          maxLength: 20,
        })
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { maxLength: 4 }), async (question, texts) => {
        const value = await confidence(question, texts);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        if (texts.length === 0) expect(value).toBeLessThan(0.1);
      }),
    );
  });
});
