import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRag, type Rag } from '../../src/index.ts';
import { judgeAnswer, readQuestions, summariseAnswers } from '../../src/measure/index.ts';
import { QUESTION_SETS, questionFolder, questionPages, ROOT } from '../support/docs-questions.ts';

interface Floor {
  readonly right: number;
  /** An upper limit. */
  readonly wronglyRefused: number;
  readonly rightlyRefused: number;
}
const FLOORS = JSON.parse(readFileSync(join(ROOT, 'test', 'quality', 'floors.json'), 'utf8')) as Record<
  (typeof QUESTION_SETS)[number],
  Floor
>;

describe('answers to questions on the documentation, with default settings', () => {
  let rag: Rag;
  beforeAll(async () => {
    const location = await mkdtemp(join(tmpdir(), 'srag-docs-answers-'));
    rag = await createRag({ location }, ROOT);
    await rag.ingest(questionPages().map((page) => join(ROOT, page)));
    return async () => {
      await rag.close();
      await rm(location, { recursive: true });
    };
  });

  it.each(QUESTION_SETS)('%s reach the shares in test/quality/floors.json', async (name) => {
    const { questions } = await readQuestions(questionFolder(name));
    const judged = [];
    for (const question of questions) {
      const { answer, notFound } = await rag.ask(question.text);
      judged.push(judgeAnswer({ text: answer, notFound }, question));
    }
    const { right, wronglyRefused, rightlyRefused } = summariseAnswers(judged)!.outcomes!;
    const shares = {
      right: right!.share,
      wronglyRefused: wronglyRefused!.share,
      rightlyRefused: rightlyRefused!.share,
    };
    const floor = FLOORS[name];
    const message = `${name}: ${JSON.stringify(shares)}; npm run eval:docs shows the table`;
    expect(shares.right, message).toBeGreaterThanOrEqual(floor.right);
    expect(shares.wronglyRefused, message).toBeLessThanOrEqual(floor.wronglyRefused);
    expect(shares.rightlyRefused, message).toBeGreaterThanOrEqual(floor.rightlyRefused);
  });
});
