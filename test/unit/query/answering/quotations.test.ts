import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { create } from '../../../../src/models/generators/extractive/index.ts';
import type { GenerationEvent, Generator } from '../../../../src/models/generators/index.ts';
import { answerQuestion } from '../../../../src/query/answering/index.ts';
import { testHit } from '../../../support/hits.ts';

type Quotation = Omit<Extract<GenerationEvent, { kind: 'quotation' }>, 'kind'>;

/** Quotes the passages that it receives. */
const quoting = (quotations: (text: string) => readonly Quotation[], confidence?: number): Generator => ({
  id: 'quoting',
  async *generate({ passages }) {
    for (const quotation of quotations(passages[0]!.text)) yield { kind: 'quotation', ...quotation };
    yield { kind: 'end', stopReason: 'complete', notFound: false, confidence };
  },
});

const TEXT =
  'The harbour is old.\n\nThe **pump** costs\n15 euros. It is red. The harbour office opens at eight.\n';
const hit = testHit('a', 1, { text: TEXT, start: 1_000 });
const ranges = (text: string, part: string) => ({
  start: text.indexOf(part),
  end: text.indexOf(part) + part.length,
});

describe('quotations', () => {
  it('are cited with their offsets in the document and their source text', async () => {
    const source = 'The **pump** costs\n15 euros.';
    const generator = quoting((text) => [
      { text: 'The pump costs 15 euros.', marker: 1, ...ranges(text, source) },
    ]);
    const answered = await answerQuestion(generator, { question: 'q', hits: [hit] });
    const start = 1_000 + TEXT.indexOf(source);
    expect(answered).toMatchObject({ answer: 'The pump costs 15 euros. [1]', droppedCitations: 0 });
    expect(answered.citations).toMatchObject([
      {
        marker: 1,
        chunkId: 'a',
        documentId: 'document of a',
        start,
        end: start + source.length,
        quote: source,
      },
    ]);
  });

  it('stream their text with the mark once, also between tokens', async () => {
    const tokens: string[] = [];
    const checked: string[] = [];
    const mixed: Generator = {
      id: 'mixed',
      async *generate() {
        yield { kind: 'token', text: 'The pump costs 15 euros [1' };
        yield { kind: 'token', text: ']. \n\n' };
        yield { kind: 'quotation', text: 'It is red.', marker: 1, ...ranges(TEXT, 'It is red.') };
        yield { kind: 'token', text: ' It costs 99 euros [1]. ' };
        yield { kind: 'end', stopReason: 'complete', notFound: false };
      },
    };
    const answered = await answerQuestion(
      mixed,
      { question: 'q', hits: [hit] },
      { onToken: (text) => void tokens.push(text), onChecked: (text) => void checked.push(text) },
    );
    expect(answered.answer).toBe('The pump costs 15 euros [1]. \n\nIt is red. [1] It costs 99 euros.');
    expect(checked.join('')).toBe(answered.answer);
    expect(tokens.join('')).toContain('It is red. [1]');
    expect(answered.droppedCitations).toBe(1);
    expect(answered.citations.map(({ quote }) => quote)).toEqual([
      'The **pump** costs\n15 euros.',
      'It is red.',
    ]);
  });

  it('of an unknown passage are shown without a mark and counted as dropped', async () => {
    const generator = quoting((text) => [{ text: 'It is red.', marker: 7, ...ranges(text, 'It is red.') }]);
    const answered = await answerQuestion(generator, { question: 'q', hits: [hit] });
    expect(answered).toMatchObject({
      answer: 'It is red.',
      citations: [],
      droppedCitations: 1,
      confidence: 0,
    });
  });

  it('are cited once if they repeat a range, and with at most 1,000 whole characters', async () => {
    const text = '😀'.repeat(3_000);
    const generator = quoting(() => [
      { text: '😀', marker: 1, start: 0, end: 1_000 },
      { text: '😀', marker: 1, start: 0, end: 1_000 },
      { text: '😀', marker: 1, start: 1_001, end: 6_000 },
    ]);
    const shifted = testHit('a', 1, { text: `a${text}` });
    const { citations } = await answerQuestion(generator, { question: 'q', hits: [shifted] });
    expect(citations.map(({ start, end }) => [start, end])).toEqual([
      [0, 999],
      [1_001, 2_001],
    ]);
    for (const { quote } of citations) expect(quote.isWellFormed()).toBe(true);
  });

  it('from compressed passages have their offsets in the document', async () => {
    const text =
      'One is far. Two is near.\n\nThe pump\ncosts 15. Four is near. Five is far. Six is near. The pump is red. ';
    const shown: string[] = [];
    const generator = quoting((passage) => {
      shown.push(passage);
      return [
        { text: 'costs 15. Four is near.', marker: 1, ...ranges(passage, 'costs 15. Four is near.') },
        { text: 'near. Six', marker: 1, ...ranges(passage, 'near. Six') },
      ];
    });
    const { citations, droppedCitations } = await answerQuestion(
      generator,
      { question: 'pump', hits: [testHit('a', 1, { text, start: 500 })] },
      { compress: true },
    );
    expect(shown).toEqual(['Two is near. The pump\ncosts 15. Four is near. Six is near. The pump is red.']);
    expect(citations.map(({ quote }) => quote)).toEqual([
      'costs 15. Four is near.',
      'near. Five is far. Six',
    ]);
    for (const { start, end, quote } of citations) expect(text.slice(start - 500, end - 500)).toBe(quote);
    expect(droppedCitations).toBe(0);
  });

  it('of the extractive generator have exact offsets for any text, compressed or not, and no citation is dropped', async () => {
    const piece = fc.constantFrom(
      ...[
        'The **pump** is red. ',
        'It costs\n15 euros. ',
        '- A lever\n',
        '\n\n',
        '| pump | 3 |\n',
        '# Pump\n',
        '> Pump. ',
        '\r\n',
      ],
      ...[
        '펌프는 빨갛다. ',
        '펌프'.normalize('NFD'),
        '😀 ',
        '𠀀。',
        '[2] ',
        '[link](http://a.b) ',
        'far. ',
        '```\n',
        '\u0000',
      ],
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(piece, { maxLength: 25 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('What does the pump cost?', '펌프는 무슨 색인가요?', 'pump lever'),
        fc.boolean(),
        fc.constantFrom(1, 40, 500),
        async (texts, question, compress, maxOutputTokens) => {
          const hits = texts.map((parts, index) =>
            testHit(`${index}`, 9 - index, { text: parts.join(''), start: index * 10_000 }),
          );
          const answered = await answerQuestion(create(), { question, hits }, { compress, maxOutputTokens });
          expect(answered.droppedCitations).toBe(0);
          expect(answered.citations.length > 0).toBe(!answered.notFound);
          for (const { chunkId, start, end, quote } of answered.citations) {
            const offset = Number(chunkId) * 10_000;
            expect(hits[Number(chunkId)]!.text.slice(start - offset, end - offset)).toBe(quote);
            expect(quote).toMatch(/\p{L}/u);
          }
          if (!answered.notFound) expect(answered.answer).toMatch(/^\S.* \[\d\]$/su);
        },
      ),
    );
  });
});

describe('the confidence of an answer', () => {
  const saying = (text: string, notFound: boolean, confidence?: number): Generator => ({
    id: 'fixed',
    async *generate() {
      yield { kind: 'token', text };
      yield { kind: 'end', stopReason: 'complete', notFound, confidence };
    },
  });
  const confidence = async (generator: Generator, hits = [hit]) =>
    (await answerQuestion(generator, { question: 'q', hits })).confidence;

  it('is that of the generator, if it estimates one', async () => {
    expect(await confidence(saying('It is red [1].', false, 0.3))).toBe(0.3);
    expect(await confidence(saying('It is red [1].', false, 0))).toBe(0);
    expect(await confidence(saying('Not found.', true, 0.2))).toBe(0.2);
  });

  it('is otherwise the share of the marks that were kept, and 0 without marks, answers or passages', async () => {
    expect(
      await confidence(saying('It is red [1]. The pump costs 15 euros [1]. It costs 99 euros [1].', false)),
    ).toBeCloseTo(2 / 3);
    expect(await confidence(saying('It is red.', false))).toBe(0);
    expect(await confidence(saying('It is red [1].', true))).toBe(0);
    expect(await confidence(saying('It is red [1].', false), [])).toBe(0);
  });
});
