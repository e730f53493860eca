import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../../../src/core/index.ts';
import { analyseToColumn } from '../../../../src/documents/lexical/index.ts';
import { type DraftedQuestion, draftQuestions } from '../../../../src/measure/index.ts';

/** A collection with one chunk per document. */
function draft(
  documents: Readonly<Record<string, string>>,
  { limit = 100, seed = 1, reversed = false } = {},
): Promise<readonly DraftedQuestion[]> {
  const passages = Object.entries(documents).map(([documentId, text]) => {
    const chunk: Chunk = {
      id: `${documentId}#0`,
      documentId,
      ordinal: 0,
      title: '',
      text,
      start: 0,
      end: text.length,
      headingPath: [],
      metadata: {},
      tokens: 10,
    };
    return { chunk, terms: analyseToColumn(text) };
  });
  return draftQuestions({
    limit,
    seed,
    scan: async function* () {
      yield reversed ? passages.toReversed() : passages;
    },
  });
}

const asked = (questions: readonly DraftedQuestion[], kind?: string): string[] =>
  questions.flatMap((question) => (kind === undefined || question.kind === kind ? [question.text] : []));

const HANDBOOK = {
  'leave.md': '# Annual leave\n\nAsk two weeks ahead.\n\n## Carrying days over\n\nFive at most.',
  'travel.md':
    '# Travel expenses\n\n| City | Daily rate |\n| --- | --- |\n| Oslo | 95 euros |\n| Riga | 60 euros |',
  'glossary.md':
    '# Words used here\n\n- **Cost centre** - The number of the budget that a receipt is booked under.\n- **Note:** Ask the people team about all of these words.',
};

describe('draftQuestions', () => {
  it('drafts from headings, table rows and definitions, each with one relevant document', async () => {
    const questions = await draft(HANDBOOK);
    expect(questions).toContainEqual(
      expect.objectContaining({
        text: 'Carrying days over',
        relevant: ['leave.md'],
        kind: 'heading',
        synthetic: true,
      }),
    );
    expect(questions).toContainEqual(
      expect.objectContaining({
        text: 'Oslo: Daily rate',
        relevant: ['travel.md'],
        answers: ['95 euros'],
        kind: 'table',
      }),
    );
    expect(questions).toContainEqual(
      expect.objectContaining({
        text: 'The number of the budget that a receipt is booked under',
        relevant: ['glossary.md'],
        answers: ['Cost centre'],
        kind: 'definition',
      }),
    );
    expect(asked(questions).join('\n')).not.toContain('people team');
    expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
  });

  it.each([
    ['English', 'A snapshot is an immutable copy of one index.', 'immutable copy of one index', 'snapshot'],
    [
      'German',
      'Ein Abbild ist eine unveränderliche Kopie eines Verzeichnisses.',
      'unveränderliche Kopie eines Verzeichnisses',
      'Abbild',
    ],
    ['Korean', '스냅샷이란 한 색인의 변하지 않는 복사본입니다.', '한 색인의 변하지 않는 복사본', '스냅샷'],
    [
      'Japanese',
      'スナップショットとは、索引の変更されない複製である。',
      '索引の変更されない複製である',
      'スナップショット',
    ],
  ])('reads a definition in a sentence of %s', async (_, sentence, text, answer) => {
    const questions = await draft({ 'a.md': `Words.\n\n${sentence} It is published once.` });
    expect(questions).toMatchObject([{ kind: 'definition', text, answers: [answer] }]);
  });

  it.each([
    'This is a list of all the words used here.',
    'There are the following four kinds of leave here.',
    '이것은 아주 오래된 여름 이야기입니다.',
  ])('finds no definition in a sentence whose subject is a pronoun: %s', async (sentence) => {
    const questions = await draft({ 'a.md': `# Wireless network\n\n${sentence}` });
    expect(asked(questions)).toEqual(['Wireless network']);
  });

  it('skips headings that occur in several documents, even with other word forms and markup', async () => {
    const questions = await draft({
      'a.md': '# Setting timeouts\n\nOne.\n\n## Wireless network\n\nTwo.',
      'b.md': '# **Set** the [timeout](x.md)\n\nThree.\n\n## Guest printer\n\nFour.',
    });
    expect(asked(questions).sort()).toEqual(['Guest printer', 'Wireless network']);
  });

  it('skips headings that name no subject', async () => {
    const generic = [
      'Introduction',
      '1. Overview',
      'Examples:',
      'See also',
      '개요',
      '참고',
      'まとめ',
      'Einleitung',
      '2.1',
      '***',
    ];
    const text = generic.map((heading) => `## ${heading}\n\nSome words.`).join('\n\n');
    expect(asked(await draft({ 'a.md': `${text}\n\n## Guest printer\n\nHere.` }))).toEqual(['Guest printer']);
  });

  it('skips headings whose words occur together in many documents', async () => {
    const others = Object.fromEntries(
      Array.from({ length: 8 }, (_, index) => [`${index}.md`, `You create a function with number${index}.`]),
    );
    const questions = await draft({ ...others, 'a.md': '# Create a function\n\nx\n\n## Guest printer\n\ny' });
    expect(asked(questions)).toEqual(['Guest printer']);
  });

  it('uses a heading of one word only if no other document contains the word', async () => {
    const questions = await draft({
      'a.md': '# Illness\n\nx',
      'b.md': '# Leave\n\ny',
      'c.md': 'Ask for leave.',
    });
    expect(asked(questions)).toEqual(['Illness']);
  });

  it('removes markup from headings and skips code blocks', async () => {
    const questions = await draft({
      'a.md':
        '# Using `ef` and **nprobes**<a name="x"></a> { #tuning .wide }\n\n```sh\n# a comment of a script\n```\n\nBuild\\_time limits\n-----\n\nx',
    });
    expect(asked(questions).sort()).toEqual(['Build_time limits', 'Using ef and nprobes']);
  });

  it('reads tables from HTML files, and does not mistake a row of a split table for a header', async () => {
    const questions = await draft({
      'a.html': 'Runtime | Ends on\nPython | May 2030\nRuby | June 2031',
      'b.md': '| Stockholm | 12 March |\n| Oslo | 13 March |\n| Riga | 14 March |',
    });
    expect(asked(questions).sort()).toEqual(['Python: Ends on', 'Ruby: Ends on']);
  });

  it('returns the same questions for a seed and any order of the chunks, and others for another seed', async () => {
    const first = await draft(HANDBOOK, { limit: 3 });
    expect(first).toHaveLength(3);
    expect(await draft(HANDBOOK, { limit: 3, reversed: true })).toEqual(first);
    const seeds = await Promise.all([2, 3, 4, 5].map((seed) => draft(HANDBOOK, { limit: 3, seed })));
    expect(seeds.some((questions) => asked(questions).join() !== asked(first).join())).toBe(true);
  });

  it('drafts one question for every document before it drafts a second one for any', async () => {
    const questions = await draft(HANDBOOK, { limit: 3 });
    expect(new Set(questions.flatMap(({ relevant }) => relevant)).size).toBe(3);
  });

  it('never drafts a question twice, and respects the limit', async () => {
    const text = Array.from({ length: 40 }, (_, index) => `## Guest printer ${index % 7}\n\nx`).join('\n\n');
    expect(asked(await draft({ 'a.md': text })).sort()).toHaveLength(7);
    expect(await draft({ 'a.md': text }, { limit: 5 })).toHaveLength(5);
  });

  it('refuses invalid options, and collections from which no question can be drafted', async () => {
    await expect(draft(HANDBOOK, { limit: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(draft(HANDBOOK, { seed: 0.5 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(draft({ 'a.txt': 'Words without structure.' })).rejects.toMatchObject({
      code: 'INVALID_DATASET',
      fields: { documents: 1 },
    });
  });
});
