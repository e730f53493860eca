import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AskOutcome,
  compareRuns,
  describeEnvironment,
  type EvaluationQuery,
  evaluateQueries,
  readResults,
  writeResults,
} from '../../../../src/measure/index.ts';

const query = (id: string, relevant: string, answers: readonly string[] = []): EvaluationQuery => ({
  id,
  text: `${id}?`,
  answers,
  judgements: new Map([[relevant, 1]]),
});
const queries = [query('q1', 'a', ['Paris']), query('q2', 'b'), query('q3', 'c')];
const run = (ranking: readonly string[], extra: Partial<AskOutcome> = {}) =>
  evaluateQueries({
    queries,
    ask: async () => ({
      hits: ranking.map((documentId, rank) => ({ documentId, score: 1 - rank / 10 })),
      latencyMs: 5,
      ...extra,
    }),
  });

describe('evaluateQueries', () => {
  it('returns means, intervals and latencies in the JSON structure that `srag eval --json` prints', async () => {
    const { results, summary } = await run(['a', 'a', 'b']);
    expect(summary).toEqual({
      queries: 3,
      judged: 3,
      metrics: {
        'ndcg@10': (1 + 1 / Math.log2(3)) / 3,
        'recall@10': 2 / 3,
        'recall@100': 2 / 3,
        'mrr@10': 0.5,
      },
      intervals: {
        'ndcg@10': [expect.any(Number), expect.any(Number)],
        'recall@10': [0, 1],
        'recall@100': [0, 1],
        'mrr@10': [0, 1],
      },
      latencyMs: { p50: 5, p95: 5, p99: 5 },
    });
    expect(results[1]).toMatchObject({
      id: 'q2',
      hits: [
        { documentId: 'a', score: 1 },
        { documentId: 'b', score: 0.8 },
      ],
    });
  });

  it('adds index recall and answers if they were measured', async () => {
    const { summary } = await run(['a'], {
      indexRecall: 0.9,
      answer: { text: 'Paris [1].', notFound: false },
    });
    expect(summary.indexRecall).toBeCloseTo(0.9, 12);
    expect(summary.answers).toMatchObject({
      containsGold: 1,
      meanCharacters: 10,
      meanSentences: 1,
      notFound: 0,
    });
  });

  it('measures only answers if no query names a relevant document', async () => {
    const { results, summary } = await evaluateQueries({
      queries: [
        { id: 'q1', text: '?', answers: [], answerable: false, kind: 'limit', judgements: undefined },
        { id: 'q2', text: '?', answers: ['x'], kind: 'limit', judgements: new Map([['a', 0]]) },
      ],
      ask: async () => ({ hits: [], latencyMs: 1, answer: { text: 'x', notFound: false, confidence: 0.5 } }),
    });
    expect(summary).toMatchObject({ queries: 2, judged: 0 });
    expect(summary.metrics).toBeUndefined();
    expect(summary.answers?.byKind).toMatchObject({ limit: { answerable: 1, unanswerable: 1 } });
    expect(results.map(({ answer }) => answer?.outcome)).toEqual(['answeredUnanswerable', 'right']);
  });

  it('matches judgements that name the end of a path, unless the name is itself a document', async () => {
    const ask = async () => ({ hits: [{ documentId: 'content/a' }], latencyMs: 1 });
    const isDocument = (name: string) => name === 'a';
    const one = [query('q1', 'a')];
    const known = await evaluateQueries({ queries: one, ask, isDocument });
    const other = await evaluateQueries({ queries: one, ask, isDocument: () => false });
    expect(known.summary.metrics?.['mrr@10']).toBe(0);
    expect(other.summary.metrics?.['mrr@10']).toBe(1);
  });

  it('runs one query at a time, in order, and reports progress', async () => {
    const seen: string[] = [];
    let open = 0;
    await evaluateQueries({
      queries,
      ask: async ({ id }) => {
        expect(++open).toBe(1);
        await Promise.resolve();
        open--;
        seen.push(id);
        return { hits: [], latencyMs: 1 };
      },
      onProgress: (done, total) => seen.push(`${done}/${total}`),
    });
    expect(seen).toEqual(['q1', '1/3', 'q2', '2/3', 'q3', '3/3']);
  });

  it('throws the error of a failing question instead of counting it as a bad result', async () => {
    const ask = () => Promise.reject(new Error('the index is gone'));
    await expect(evaluateQueries({ queries, ask })).rejects.toThrow('the index is gone');
    await expect(evaluateQueries({ queries: [], ask })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(evaluateQueries({ queries, ask, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('compareRuns', () => {
  it('pairs queries by id and counts wins, ties and losses of B', async () => {
    const [a, b] = [await run(['a', 'b']), await run(['b', 'c'], { latencyMs: 3 })];
    const comparison = compareRuns(a.results, [...b.results].reverse());
    expect(comparison).toMatchObject({ queries: 3, onlyInA: 0, onlyInB: 0 });
    const byName = new Map(comparison.metrics.map((metric) => [metric.name, metric]));
    expect(byName.get('mrr@10')).toMatchObject({
      meanA: 0.5,
      meanB: 0.5,
      difference: 0,
      wins: 2,
      ties: 0,
      losses: 1,
    });
    expect(byName.get('latencyMs')).toMatchObject({ difference: -2, interval: [-2, -2], wins: 3, losses: 0 });
    expect(byName.has('answers.containsGold')).toBe(false);
  });

  it('counts queries that only one run contains, and refuses runs that share no query', async () => {
    const { results } = await run(['a']);
    expect(compareRuns(results.slice(0, 2), results.slice(1))).toMatchObject({
      queries: 1,
      onlyInA: 1,
      onlyInB: 1,
    });
    expect(() => compareRuns(results.slice(0, 1), results.slice(1))).toThrow('share no query');
  });
});

describe('result files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srag-results-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const description = {
    createdAt: '2026-01-02T03:04:05.000Z',
    dataset: 'demo',
    split: 'test',
    index: 'lancedb-flat@1',
    mode: 'lexical',
    configuration: { topK: 100 },
    environment: describeEnvironment({ srag: '0.1.0' }),
  };

  it('contain the results as written, and no other files remain', async () => {
    const { results } = await run(['a', 'b'], {
      indexRecall: 1,
      answer: { text: 'Paris.', notFound: false },
    });
    const path = join(folder, 'run.jsonl');
    await writeResults(path, description, results);
    const back = await readResults(path);
    expect(back.header).toEqual({ format: 'srag-evaluation', schemaVersion: 1, ...description });
    expect(back.results).toEqual(results);
    expect(await readdir(folder)).toEqual(['run.jsonl']);
  });

  it('that are invalid are refused with the file and line', async () => {
    const path = join(folder, 'run.jsonl');
    await writeResults(path, description, (await run(['a'])).results);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"latencyMs":5', '"latencyMs":"5"'));
    await expect(readResults(path)).rejects.toThrow(`${path}:2`);
    await writeFile(path, '{"format":"other"}\n');
    await expect(readResults(path)).rejects.toMatchObject({ code: 'INVALID_RECORD' });
    await expect(readResults(join(folder, 'none'))).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
    await expect(writeResults(join(folder, 'no/folder.jsonl'), description, [])).rejects.toMatchObject({
      code: 'LOCATION_NOT_WRITABLE',
    });
  });
});
