import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readQuestions } from '../../../../src/measure/index.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const fileOf = async (...lines: readonly string[]): Promise<string> => {
  const path = join(await temporaryFolder(), 'questions.jsonl');
  await writeFile(path, lines.join('\n'));
  return path;
};

describe('readQuestions', () => {
  it('reads a JSONL file, and numbers questions that have no ids', async () => {
    const path = await fileOf(
      '{"text": "How many days?", "relevant": ["leave.md"], "answers": "28", "kind": "number"}',
      '{"id": "b", "text": "Who built it?", "answerable": false}',
    );
    const { name, questions, synthetic, dataset } = await readQuestions(path);
    expect({ name, synthetic, dataset }).toEqual({ name: 'questions', synthetic: false, dataset: undefined });
    expect(questions).toEqual([
      {
        id: 'q1',
        text: 'How many days?',
        relevant: new Map([['leave.md', 1]]),
        answers: ['28'],
        answerable: undefined,
        kind: 'number',
      },
      {
        id: 'b',
        text: 'Who built it?',
        relevant: undefined,
        answers: [],
        answerable: false,
        kind: undefined,
      },
    ]);
  });

  it('reads queries and judgements from a folder without a corpus, including unanswerable queries', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'qrels'));
    await writeFile(
      join(folder, 'queries.jsonl'),
      [
        '{"_id": "1", "text": "One?", "metadata": {"answers": ["x"], "kind": "limit", "answerable": true}}',
        '{"_id": "2", "text": "Two?", "metadata": {"answerable": false}}',
      ].join('\n'),
    );
    await writeFile(join(folder, 'qrels', 'test.tsv'), 'query-id\tcorpus-id\tscore\n1\ta.md\t2\n');
    const { questions, dataset } = await readQuestions(folder);
    expect(dataset).toBeUndefined();
    expect(questions.map(({ id, answerable, kind }) => ({ id, answerable, kind }))).toEqual([
      { id: '1', answerable: true, kind: 'limit' },
      { id: '2', answerable: false, kind: undefined },
    ]);
    expect(questions.map(({ relevant }) => relevant)).toEqual([new Map([['a.md', 2]]), undefined]);
  });

  it.each([
    ['an empty file', '', 'contains no question'],
    ['a question without text', '{"id": "a"}', 'its text is missing'],
    [
      'an id that is given twice',
      '{"id": "a", "text": "A?"}\n{"id": "a", "text": "B?"}',
      'occurs on an earlier line',
    ],
    ['answerable that is not true or false', '{"text": "A?", "answerable": "no"}', 'not true or false'],
    ['documents that are not strings', '{"text": "A?", "relevant": [1]}', 'relevant contains'],
    ['a line that is not JSON', '{"text"', 'not JSON'],
  ])('refuses %s', async (_, text, words) => {
    const path = await fileOf(text);
    await expect(readQuestions(path)).rejects.toThrow(words);
    await expect(readQuestions(path)).rejects.toMatchObject({ code: 'INVALID_DATASET' });
  });

  it('reports a path that does not exist', async () => {
    await expect(readQuestions('nowhere.jsonl')).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
  });
});
