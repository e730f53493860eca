import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { npyBytes } from '../support/npy.ts';

/** By cosine, the order is a, b, c; by inner product, c comes first. */
const VECTORS = [
  [1, 0],
  [0.9, 0.5],
  [4, 5],
];
const FOLDER = 'data/vectors';

describe('a collection whose vectors are compared by inner product', () => {
  let project: CliProject;

  beforeAll(async () => {
    project = await CliProject.open();
    const lines = (records: readonly object[]) => records.map((record) => JSON.stringify(record)).join('\n');
    const ids = ['a', 'b', 'c'];
    await project.write(
      'data/corpus.jsonl',
      lines(ids.map((_id) => ({ _id, text: `Record ${_id} of three.` }))),
    );
    await project.write('data/queries.jsonl', lines([{ _id: 'q', text: 'Which record?' }]));
    await project.write('data/qrels/test.tsv', 'query-id\tcorpus-id\tscore\nq\tc\t1\n');
    await project.write(`${FOLDER}/corpus.f32.npy`, npyBytes('<f4', 3, 2, Float32Array.from(VECTORS.flat())));
    await project.write(`${FOLDER}/queries.f32.npy`, npyBytes('<f4', 1, 2, Float32Array.of(2, 0)));
    await project.write(`${FOLDER}/queries-ids.txt`, 'q\n');
    // The neighbours by cosine, which must not be used to judge such a collection.
    await project.write(`${FOLDER}/ground-truth.i32.npy`, npyBytes('<i4', 1, 3, Int32Array.of(0, 1, 2)));
  });
  afterAll(() => project?.remove());

  it.each(['lancedb-flat', 'snapshot'])('is ingested, indexed as %s, and evaluated', async (kind) => {
    const location = `.srag-${kind}`;
    const common = ['--location', location, '--vectors', FOLDER];
    await project.json(['ingest', 'data/corpus.jsonl', ...common, '--metric', 'dot']);
    const evaluated = await project.json([
      'eval',
      'data',
      ...common,
      '--index',
      kind,
      '--mode',
      'vector',
      '--output',
      'o.jsonl',
    ]);
    expect(evaluated.metrics['ndcg@10']).toBe(1);
    expect(evaluated.indexRecall).toBe(1);
    const settings = JSON.stringify({
      directory: FOLDER,
      queryTexts: { q: 'Which record?' },
      unitLength: false,
    });
    const { hits } = await project.json([
      'search',
      'Which record?',
      ...['--location', location, '--index', kind, '--mode', 'vector'],
      ...['--embedder', 'precomputed', '--embedder-settings', settings],
    ]);
    expect(hits.map(({ documentId }: { documentId: string }) => documentId)).toEqual(['c', 'a', 'b']);
    for (const [index, score] of [8, 2, 1.8].entries()) expect(hits[index].score).toBeCloseTo(score, 1);
  });

  it('keeps its metric, and refuses another', async () => {
    const common = ['ingest', 'data/corpus.jsonl', '--location', '.srag-kept', '--vectors', FOLDER];
    await project.json([...common, '--metric', 'dot']);
    expect((await project.json(common)).documents).toMatchObject({ added: 0, unchanged: 3 });
    const run = await project.run([...common, '--metric', 'cosine']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain("was created with metric 'dot', not 'cosine'");
    expect(run.stderr).toContain('another --collection');
  });

  it('is not created with an unknown metric', async () => {
    const run = await project.run(['ingest', 'data/corpus.jsonl', '--metric', 'euclid']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/metric.*cosine.*dot/s);
  });
});
