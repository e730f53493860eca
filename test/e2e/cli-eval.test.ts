import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';

describe('srag eval', () => {
  let project: CliProject;
  beforeAll(async () => {
    project = await CliProject.open();
    const topics = ['apples', 'bridges', 'clouds', 'dolphins', 'engines', 'forests'];
    const lines = (records: readonly object[]): string =>
      `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;
    await project.write(
      'data/corpus.jsonl',
      lines(
        topics.map((topic, index) => ({
          _id: `d${index}`,
          title: topic,
          text: `Everything about ${topic}. The secret of ${topic} is number ${index}.`,
        })),
      ),
    );
    await project.write(
      'data/queries.jsonl',
      lines(
        topics.map((topic, index) => ({
          _id: `q${index}`,
          text: `What is the secret of ${topic}?`,
          metadata: { answers: [`number ${index}`] },
        })),
      ),
    );
    const judgements = topics.map((_, index) => `q${index}\td${index}\t1`);
    await project.write('data/qrels/test.tsv', `query-id\tcorpus-id\tscore\n${judgements.join('\n')}\n`);
    return () => project.remove();
  });

  it('ingests into an empty location, measures, and writes the results', async () => {
    const result = await project.json(['eval', 'data', '--output', 'lexical.jsonl', '--answers']);
    expect(result).toMatchObject({
      dataset: 'data',
      queries: 6,
      metrics: { 'ndcg@10': 1, 'recall@10': 1, 'recall@100': 1, 'mrr@10': 1 },
      intervals: { 'ndcg@10': [1, 1] },
      answers: { containsGold: 1, notFound: 0 },
    });
    expect(result.answers.meanSentences).toBeLessThanOrEqual(3);
    expect((await readFile(join(project.folder, 'lexical.jsonl'), 'utf8')).split('\n')).toHaveLength(8);
  });

  it('compares two indexes, and two result files', async () => {
    const vectors = ['--location', 'with-vectors', '--embedder', 'hashing'];
    const compared = await project.json([
      ...['eval', 'data', ...vectors, '--output', 'both', '--limit', '4'],
      ...['--compare', 'lancedb-flat:lexical', 'lancedb-flat:vector'],
    ]);
    expect(compared.queries).toBe(4);
    expect(compared.metrics.map(({ name }: { name: string }) => name)).toContain('ndcg@10');
    const files = await project.json(['eval', '--compare', 'both.a', 'both.b']);
    expect(files.metrics).toEqual(compared.metrics);
    for (const { wins, ties, losses } of files.metrics) expect(wins + ties + losses).toBe(4);
  });
});
