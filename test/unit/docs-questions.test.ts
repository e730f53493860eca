import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readQuestions } from '../../src/measure/index.ts';
import { QUESTION_SETS, questionFolder, questionPages, ROOT } from '../support/docs-questions.ts';

/** The padding of table cells depends on the longest cell, so white space is not compared. */
const compact = (text: string): string => text.replaceAll(/\s+/g, ' ');
const pages = new Map(questionPages().map((page) => [page, compact(readFileSync(join(ROOT, page), 'utf8'))]));

describe.each(QUESTION_SETS)('the questions %s', (name) => {
  it('have gold answers that occur verbatim in their relevant pages', async () => {
    const { questions } = await readQuestions(questionFolder(name));
    const wrong = questions.flatMap(({ id, answers, relevant }) => {
      const named = [...(relevant?.keys() ?? [])];
      const texts = named.map((page) => pages.get(page) ?? '');
      const missing = answers.filter((answer) => !texts.some((text) => text.includes(compact(answer))));
      const useless = texts.flatMap((text, index) =>
        answers.some((answer) => text.includes(compact(answer))) ? [] : [named[index]!],
      );
      return missing.length + useless.length === 0 ? [] : [{ id, missing, useless }];
    });
    expect(wrong, 'correct test/quality: the answers, or the pages in qrels/test.tsv').toEqual([]);
  });

  it('are either answerable, with a gold answer and a kind, or marked as unanswerable', async () => {
    const { questions } = await readQuestions(questionFolder(name));
    for (const { id, answerable, answers, relevant, kind } of questions) {
      expect(answerable, id).toBe(answers.length > 0);
      expect(relevant !== undefined, id).toBe(answerable);
      expect(kind, id).toMatch(/^(limit|table|how|definition|yesno|reason|when|code|error)$/);
    }
  });
});

describe('the question sets', () => {
  it('contain at least 60 English questions, a third of them unanswerable, and 20 Korean ones', async () => {
    const [en, ko] = await Promise.all(
      QUESTION_SETS.map(async (name) => (await readQuestions(questionFolder(name))).questions),
    );
    expect(en!.length).toBeGreaterThanOrEqual(60);
    const unanswerable = en!.filter(({ answerable }) => answerable === false).length;
    expect(unanswerable / en!.length).toBeCloseTo(1 / 3, 1);
    expect(ko).toHaveLength(20);
  });
});
