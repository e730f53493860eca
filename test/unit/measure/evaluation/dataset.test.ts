import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDataset } from '../../../../src/measure/index.ts';

let folder: string;
const corpus = ['{"_id":"d1","title":"","text":"one"}', '{"_id":"d2","text":"two"}'].join('\n');
const queries = [
  '{"_id":"q1","text":"first?","metadata":{"answers":["one",7,"1"]}}',
  '{"_id":2,"text":"second?"}',
  '{"_id":"q3","text":"third?"}',
].join('\n');
const qrels = 'query-id\tcorpus-id\tscore\nq1\td1\t2\n2\td2\t1\n2\td1\t0\nq3\td1\t0\n';

const put = (name: string, content: string | Buffer) => writeFile(join(folder, name), content);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'srag-dataset-'));
  await mkdir(join(folder, 'qrels'));
  await put('corpus.jsonl', corpus);
  await put('queries.jsonl', queries);
  await put('qrels/test.tsv', qrels);
});
afterEach(() => rm(folder, { recursive: true }));

describe('readDataset', () => {
  it('returns queries with a positive judgement in file order, with grades and gold answers', async () => {
    const dataset = await readDataset(folder);
    expect(dataset).toMatchObject({
      split: 'test',
      documentIds: ['d1', 'd2'],
      unknownDocuments: 0,
      withoutPositive: 1,
    });
    expect(dataset.queries).toEqual([
      { id: 'q1', text: 'first?', answers: ['one', '1'], judgements: new Map([['d1', 2]]) },
      {
        id: '2',
        text: 'second?',
        answers: [],
        judgements: new Map([
          ['d2', 1],
          ['d1', 0],
        ]),
      },
    ]);
  });

  it('reads gzipped files, a byte order mark and Windows line ends', async () => {
    await rm(join(folder, 'corpus.jsonl'));
    await rm(join(folder, 'qrels/test.tsv'));
    await put('corpus.jsonl.gz', gzipSync(corpus));
    await put('qrels/test.tsv.gz', gzipSync(`\uFEFF${qrels.replaceAll('\n', '\r\n')}`));
    expect((await readDataset(folder)).queries.map(({ id }) => id)).toEqual(['q1', '2']);
  });

  it('reads judgements without a header line', async () => {
    await put('qrels/test.tsv', 'q1\td1\t1\n2\td2\t1\n');
    expect((await readDataset(folder)).queries).toHaveLength(2);
  });

  it('reads only the first queries if there is a limit', async () => {
    expect((await readDataset(folder, { limit: 1 })).queries.map(({ id }) => id)).toEqual(['q1']);
    await expect(readDataset(folder, { limit: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('counts judged documents that are not in the corpus', async () => {
    await put('qrels/test.tsv', `${qrels}q1\td9\t1\n`);
    const dataset = await readDataset(folder);
    expect(dataset.unknownDocuments).toBe(1);
    expect(dataset.queries[0]?.judgements.get('d9')).toBe(1);
  });

  it.each([
    [
      'a judged query that does not exist',
      'qrels/test.tsv',
      `${qrels}q9\td1\t1\n`,
      'test.tsv:6',
      "query 'q9'",
    ],
    ['a grade that is not a number', 'qrels/test.tsv', `${qrels}q1\td2\thigh\n`, 'test.tsv:6', "'high'"],
    ['too few columns', 'qrels/test.tsv', `${qrels}q1 d2 1\n`, 'test.tsv:6', '1 columns'],
    ['two grades for one pair', 'qrels/test.tsv', `${qrels}q1\td1\t1\n`, 'test.tsv:6', 'graded 2'],
    ['a line that is not JSON', 'queries.jsonl', `${queries}\n{"_id":`, 'queries.jsonl:4', 'not JSON'],
    ['a query without text', 'queries.jsonl', `${queries}\n{"_id":"q4"}`, 'queries.jsonl:4', 'missing'],
    ['a query given twice', 'queries.jsonl', `${queries}\n{"_id":"q1","text":""}`, 'queries.jsonl:4', "'q1'"],
    ['a document without id', 'corpus.jsonl', `${corpus}\n[1]`, 'corpus.jsonl:3', '[1]'],
  ])('names the file and line of %s in the error', async (_, name, content, place, detail) => {
    await put(name, content);
    const error = await readDataset(folder).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'INVALID_DATASET' });
    expect(String(error)).toContain(place);
    expect(String(error)).toContain(detail);
  });

  it('names a missing file or folder in the error, and suggests the nearest existing split', async () => {
    await expect(readDataset(folder, { split: 'tests' })).rejects.toMatchObject({
      code: 'INVALID_DATASET',
      remedy: "Did you mean 'test'?",
    });
    await rm(join(folder, 'queries.jsonl'));
    await expect(readDataset(folder)).rejects.toThrow('queries.jsonl');
    await expect(readDataset(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
  });

  it('refuses a truncated file, and judgements of which none is positive', async () => {
    await put('qrels/test.tsv', 'q1\td1\t0\n');
    await expect(readDataset(folder)).rejects.toThrow('no positive judgement');
    await put('qrels/test.tsv', qrels);
    await rm(join(folder, 'corpus.jsonl'));
    await put('corpus.jsonl.gz', gzipSync(corpus).subarray(0, 40));
    await expect(readDataset(folder)).rejects.toMatchObject({ code: 'INVALID_DATASET' });
  });
});
