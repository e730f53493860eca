import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bedrockSettings, startBedrockServer } from '../support/bedrock-server.ts';
import { CliProject, temporaryProject } from '../support/cli.ts';
import { startOpenAiServer } from '../support/openai-server.ts';

const lines = (records: readonly object[]): string =>
  `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;

const QUESTIONS = [
  {
    _id: 'q1',
    text: 'Which port does the server use?',
    metadata: { answerable: true, answers: ['8080'], kind: 'limit' },
  },
  {
    _id: 'q2',
    text: 'Which colour are all doors of the house painted?',
    metadata: { answerable: true, answers: ['**green**'], kind: 'what' },
  },
  {
    _id: 'q3',
    text: 'How do I bake a sourdough loaf?',
    metadata: { answerable: false, answers: [], kind: 'how' },
  },
];

describe('srag eval --answers on an existing collection', () => {
  let project: CliProject;
  beforeAll(async () => {
    project = await CliProject.open();
    await project.write('content/server.md', '# Server\n\nThe server listens on port `8080` by default.\n');
    await project.write('content/doors.md', '# Doors\n\nAll doors of the house are painted **green**.\n');
    await project.write('qa/queries.jsonl', lines(QUESTIONS));
    await project.write(
      'qa/qrels/test.tsv',
      'query-id\tcorpus-id\tscore\nq1\tserver.md\t1\nq2\tdoors.md\t1\n',
    );
    await project.json(['ingest', 'content']);
    return () => project.remove();
  });

  it('asks a question set without a corpus and reports outcomes with intervals and by kind', async () => {
    const result = await project.json(['eval', 'qa', '--answers']);
    expect(result).toMatchObject({
      dataset: 'qa',
      queries: 3,
      judged: 2,
      metrics: { 'recall@10': 1 },
      answers: {
        outcomes: {
          answerable: 2,
          unanswerable: 1,
          right: { count: 2, share: 1, interval: [expect.any(Number), 1] },
          rightlyRefused: { count: 1, share: 1 },
        },
        byKind: { limit: { right: { count: 1 } }, how: { unanswerable: 1 } },
      },
    });
    const { stdout } = await project.run(['eval', 'qa', '--answers']);
    expect(stdout).toMatch(/right +2 of 2 answerable +1\.000/);
    expect(stdout).toMatch(/rightly refused +1 of 1 unanswerable +1\.000/);
  });

  it('asks an OpenAI-compatible model, and writes the failures with their passages', async () => {
    const server = await startOpenAiServer();
    server.options.answer = { tokens: ['It is ', '8080 [1].'], stopReason: 'stop', usage: undefined };
    await project.write(
      'questions.jsonl',
      lines(
        QUESTIONS.map(({ _id, text, metadata }) => ({
          id: _id,
          text: _id === 'q3' ? 'What does the server cost?' : text,
          ...metadata,
          relevant: _id === 'q2' ? ['content/doors.md'] : [],
        })),
      ),
    );
    const settings = JSON.stringify({ baseUrl: `${server.url}/v1`, model: 'test' });
    const generator = ['--generator', 'openai-compatible', '--generator-settings', settings];
    const result = await project
      .json([
        ...['eval', 'questions.jsonl', '--answers', '--failures', 'out/failures.jsonl', '--reranker', 'mmr'],
        ...generator,
      ])
      .finally(server.stop);
    expect(server.requests).toHaveLength(3);
    expect(JSON.parse(server.requests[0]!.body).messages.at(-1).content).toContain('port `8080`');
    expect(result.answers.outcomes).toMatchObject({
      right: { count: 1 },
      wrong: { count: 1 },
      answeredUnanswerable: { count: 1 },
    });
    const failures = (await readFile(join(project.folder, 'out/failures.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(failures).toMatchObject([
      {
        id: 'q2',
        question: 'Which colour are all doors of the house painted?',
        kind: 'what',
        outcome: 'wrong',
        gold: ['**green**'],
        relevant: ['content/doors.md'],
        passages: [{ rank: 1, documentId: 'content/doors.md', isRelevant: true, containsGold: true }],
      },
      { id: 'q3', outcome: 'answeredUnanswerable', gold: [] },
    ]);
  });

  it('reranks with a model over HTTP, and counts refusals of a model in its own words', async () => {
    const [reranker, model] = [await startBedrockServer(), await startOpenAiServer()];
    onTestFinished(async () => void (await Promise.all([reranker.stop(), model.stop()])));
    const refusal = ['The provided passages do not ', 'contain information about this. [1]'];
    model.options.answer = { tokens: refusal, stopReason: 'stop', usage: undefined };
    const texts = ['Which port does the server of the house have?', 'Are the doors of the server for sale?'];
    await project.write(
      'both.jsonl',
      lines([
        { id: 'b1', text: texts[0], answers: ['8080'] },
        { id: 'b2', text: texts[1], answerable: false },
      ]),
    );
    const scores = [0.1, 0.9].map((relevanceScore, index) => ({ index, relevanceScore }));
    reranker.faults.push({ kind: 'body', body: JSON.stringify({ results: scores }) });
    const result = await project.json([
      ...['eval', 'both.jsonl', '--answers', '--failures', 'out/both.jsonl'],
      ...['--reranker', 'bedrock', '--reranker-settings', JSON.stringify(bedrockSettings(reranker))],
      ...['--generator', 'openai-compatible', '--generator-settings'],
      JSON.stringify({ baseUrl: `${model.url}/v1`, model: 'test' }),
    ]);
    expect(result.answers.outcomes).toMatchObject({
      wronglyRefused: { count: 1 },
      rightlyRefused: { count: 1 },
    });
    const asked = reranker.requests.map(({ path, body }) => ({ path, ...JSON.parse(body) }));
    expect(asked.map(({ path }) => path)).toEqual(['/rerank', '/rerank']);
    expect(asked.map(({ queries }) => queries[0].textQuery.text)).toEqual(texts);
    // The reranker prefers the second hit of the search.
    const [first, second] = asked[0].sources.map(
      (source: { inlineDocumentSource: { textDocument: { text: string } } }) =>
        source.inlineDocumentSource.textDocument.text.split('\n').at(-1),
    );
    const prompt: string = JSON.parse(model.requests[0]!.body).messages.at(-1).content;
    expect(prompt.indexOf(second)).toBeGreaterThan(-1);
    expect(prompt.indexOf(second)).toBeLessThan(prompt.indexOf(first));
    const failure = JSON.parse(await readFile(join(project.folder, 'out/both.jsonl'), 'utf8'));
    expect(failure).toMatchObject({
      ...{ id: 'b1', outcome: 'wronglyRefused' },
      passages: [
        { rank: 1, containsGold: second.includes('8080') },
        { rank: 2, containsGold: first.includes('8080') },
      ],
    });
  });

  it('limits the number of questions', async () => {
    const result = await project.json(['eval', 'qa', '--answers', '--limit', '1']);
    expect(result).toMatchObject({ queries: 1, answers: { outcomes: { answerable: 1, unanswerable: 0 } } });
  });

  it('refuses --failures without --answers, and --vectors without a corpus', async () => {
    for (const words of [
      ['--failures', 'f.jsonl'],
      ['--answers', '--vectors', 'v'],
    ]) {
      const run = await project.run(['eval', 'qa', ...words]);
      expect(run.exitCode).toBe(2);
      expect(run.stderr).toContain('INVALID_ARGUMENT');
    }
  });

  it('says that the documents must be ingested first if the collection is missing or empty', async () => {
    const fresh = await temporaryProject();
    await fresh.write('qa.jsonl', lines([{ text: 'Why?', answers: ['because'] }]));
    const missing = await fresh.run(['eval', 'qa.jsonl', '--answers', '--location', 'place']);
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain('UNKNOWN_COLLECTION');
    expect(missing.stderr).toContain('srag ingest --location place PATH');
    await fresh.write('content/a.md', '# A\n\nText.\n');
    await fresh.json(['ingest', 'content', '--location', 'place']);
    await rm(join(fresh.folder, 'content/a.md'));
    await fresh.run(['ingest', 'content', '--location', 'place']);
    const empty = await fresh.run(['eval', 'qa.jsonl', '--answers', '--location', 'place']);
    expect(empty.exitCode).toBe(2);
    expect(empty.stderr).toContain('contains no documents');
    expect(empty.stderr).toContain('srag ingest --location place PATH');
  });

  it('suggests --answers if no question has judgements', async () => {
    await project.write('qa.jsonl', lines([{ text: 'Why?', answers: ['because'] }]));
    const run = await project.run(['eval', 'qa.jsonl']);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('--answers');
  });
});
