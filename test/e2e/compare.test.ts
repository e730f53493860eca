import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';

let project: CliProject;

beforeAll(async () => {
  project = await CliProject.open();
  await writeHandbook(project);
  await project.json(['ingest', 'docs']);
  await project.json(['index', 'build', 'lancedb-flat']);
  await project.write(
    'questions.jsonl',
    [
      '{"id": "leave", "text": "How many days of annual leave does every employee have?", "relevant": ["leave.md"]}',
      '{"id": "lost", "text": "annual leave", "relevant": ["missing.md"]}',
      '{"id": "open", "text": "Who approves expenses?"}',
    ].join('\n'),
  );
});
afterAll(() => project.remove());

describe('srag compare', () => {
  it('compares kinds on an existing collection, and publishes nothing', async () => {
    const pointer = join(project.folder, '.srag/default/indexes/published.json');
    const before = await readFile(pointer);
    const result = await project.json([
      'compare',
      'questions.jsonl',
      '--kinds',
      'lancedb-flat,snapshot',
      '--failures',
      'missed.jsonl',
    ]);
    expect(await readFile(pointer)).toEqual(before);
    expect(result.summary).toMatchObject({ questions: 3, judged: 2 });
    expect(result.variants.map(({ index }: { index: { kind: string } }) => index.kind)).toEqual([
      'lancedb-flat',
      'snapshot',
    ]);
    for (const { summary, first } of result.variants) {
      expect(summary.quality['recall@10']).toMatchObject({ mean: 0.5, n: 2 });
      expect(summary.latencyMs.n).toBe(9);
      expect(first.startToAnswerMs).toBeGreaterThan(0);
      expect(first.peakBytes).toBeGreaterThan(20e6);
    }
    expect(result.summary.pairs.map(({ figure }: { figure: string }) => figure)).toEqual([
      'ndcg@10',
      'recall@10',
      'latency',
    ]);
    const missed = (await readFile(join(project.folder, 'missed.jsonl'), 'utf8')).trim().split('\n');
    expect(missed.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ variant: 'lancedb-flat', id: 'lost', expected: ['missing.md'] }),
      expect.objectContaining({ variant: 'snapshot', id: 'lost', expected: ['missing.md'] }),
    ]);
    expect(JSON.parse(missed[0]!).found[0].documentId).toContain('leave');
  });

  it('measures recall against exact search if there are no judgements', async () => {
    await project.write('open.jsonl', '{"text": "Who approves expenses?"}');
    const result = await project.json(['compare', 'open.jsonl', '--kinds', 'snapshot', '--rounds', '1']);
    expect(result.variants[0].summary.quality['recall vs exact']).toMatchObject({ mean: 1, n: 1 });
    expect(result.notes[0]).toContain('lancedb-flat');
  });

  it('writes a report as one HTML file with the number of questions that the corpus answers', async () => {
    const words = ['--kinds', 'lancedb-flat,snapshot', '--rounds', '1', '--report', 'out/report.html'];
    const result = await project.json(['compare', 'questions.jsonl', ...words]);
    expect(result.suitability).toMatchObject({ questions: 3, answerable: 2, unanswerable: ['lost'] });
    expect(result.suitability.warning).toContain('only 2 of 3');
    const html = await readFile(result.report, 'utf8');
    expect(html.match(/<figure /g)).toHaveLength(4);
    expect(html).toContain(result.suitability.warning);
    expect(html).toContain(`srag compare questions.jsonl ${words.slice(0, 2).join(' ')}`);
  });

  it('compares embedders with collections of the same documents', async () => {
    await project.json(['ingest', 'docs', '--collection', 'hashed', '--embedder', 'hashing']);
    await project.json([
      'ingest',
      'docs',
      '--collection',
      'small',
      '--embedder',
      'hashing',
      '--embedder-settings',
      '{"dimensions": 64}',
    ]);
    const result = await project.json([
      ...['compare', 'questions.jsonl', '--kinds', 'snapshot', '--rounds', '1'],
      ...['--collections', 'hashed,small', '--mode', 'vector'],
    ]);
    expect(
      result.variants.map(({ summary, embedder }: { summary: { name: string }; embedder: string }) => [
        summary.name,
        embedder.split(' ')[0],
      ]),
    ).toEqual([
      ['hashed.snapshot', 'hashing:256'],
      ['small.snapshot', 'hashing:64'],
    ]);
    expect(result.summary.pairs.map(({ figure }: { figure: string }) => figure)).toContain('ndcg@10');
  });

  it('builds nothing if one of the variants cannot be built or searched', async () => {
    const versions = async () =>
      (await project.json(['index', 'list', '--collection', 'hashed'])).versions.length;
    const before = await versions();
    await project.write('docs/more.md', '# More\n\nAnother page.');
    await project.json(['ingest', 'docs', '--collection', 'larger', '--embedder', 'hashing']);
    for (const [words, code] of [
      [['--collections', 'hashed,default', '--mode', 'vector'], 'NO_EMBEDDER'],
      [['--collections', 'hashed,larger'], 'SETTINGS_MISMATCH'],
      [['--collections', 'hashed,nowhere'], 'UNKNOWN_COLLECTION'],
      [['--collections', 'hashed,small', '--vectors', 'x'], 'INVALID_ARGUMENT'],
      [['--collection', 'hashed', '--kinds', 'lancedb-flat,lancedb-ivf-hnsw-sq'], 'TOO_FEW_ROWS'],
    ] as const) {
      const run = await project.run([
        'compare',
        'questions.jsonl',
        '--kinds',
        'lancedb-flat',
        ...words,
        '--json',
      ]);
      expect(run.json.error.code, words.join(' ')).toBe(code);
    }
    expect(await versions()).toBe(before);
  });

  it.each([
    ['an unknown kind', ['questions.jsonl', '--kinds', 'snapshto'], 'UNKNOWN_INDEX_KIND'],
    ['no questions', ['nowhere.jsonl', '--kinds', 'snapshot'], 'PATH_NOT_FOUND'],
    ['rounds of none', ['questions.jsonl', '--kinds', 'snapshot', '--rounds', '0'], 'INVALID_ARGUMENT'],
  ])('refuses %s', async (_, words, code) => {
    const run = await project.run(['compare', ...words, '--json']);
    expect(run.exitCode).toBeGreaterThan(0);
    expect(run.json.error.code).toBe(code);
  });
});
