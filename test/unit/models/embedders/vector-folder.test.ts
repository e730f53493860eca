import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createEmbedder,
  openVectorFolder,
  type VectorFolder,
} from '../../../../src/models/embedders/index.ts';
import { npyBytes } from '../../../support/npy.ts';

let directory: string;
const opened: VectorFolder[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'srag-folder-'));
});
afterEach(async () => {
  for (const folder of opened.splice(0)) await folder.close();
  await rm(directory, { recursive: true });
});

async function put(files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
}
async function open(): Promise<VectorFolder> {
  const folder = await openVectorFolder(directory);
  opened.push(folder);
  return folder;
}
const floats = (rows: number, ...values: number[]) =>
  npyBytes('<f4', rows, values.length / rows, Float32Array.from(values));
const whole = {
  'corpus.f32.npy': floats(3, 3, 4, 0, 2, -5, 0),
  'queries.f32.npy': floats(2, 1, 0, 0, 9),
  'queries-ids.txt': 'q1\nq2\n',
  'ground-truth.i32.npy': npyBytes('<i4', 2, 3, Int32Array.of(0, 1, 2, 1, 0, 2)),
};

describe('openVectorFolder', () => {
  it('returns corpus rows scaled to unit length, queries with their ids, and the neighbours of the queries', async () => {
    await put(whole);
    const folder = await open();
    expect([folder.rows, folder.dimensions]).toEqual([3, 2]);
    expect(await folder.corpusRows(0, 2)).toEqual(Float32Array.of(0.6, 0.8, 0, 1));
    expect(await folder.corpusRows(2, 3)).toEqual(Float32Array.of(-1, 0));
    expect(await folder.queries()).toEqual({ ids: ['q1', 'q2'], vectors: Float32Array.of(1, 0, 0, 1) });
    expect(await folder.groundTruth()).toEqual({ k: 3, rows: Int32Array.of(0, 1, 2, 1, 0, 2) });
  });

  it('keeps the lengths of vectors if the metric is the inner product', async () => {
    await put(whole);
    const folder = await openVectorFolder(directory, 'dot');
    opened.push(folder);
    expect(await folder.corpusRows(0, 3)).toEqual(Float32Array.of(3, 4, 0, 2, -5, 0));
    expect((await folder.queries())?.vectors).toEqual(Float32Array.of(1, 0, 0, 9));
  });

  it('accepts a folder that contains only the corpus, in half precision', async () => {
    await put({ 'corpus.f16.npy': npyBytes('<f2', 1, 2, Uint16Array.of(0x4200, 0x4400)) });
    const folder = await open();
    expect(await folder.corpusRows(0, 1)).toEqual(Float32Array.of(0.6, 0.8));
    expect(await folder.queries()).toBeUndefined();
    expect(await folder.groundTruth()).toBeUndefined();
  });

  it('reports missing corpus vectors', async () => {
    await expect(openVectorFolder(directory)).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
  });

  it.each([
    ['NaN', Number.NaN, /row 1 .*NaN/],
    ['an infinite number', Number.POSITIVE_INFINITY, /row 1 .*infinite/],
    ['only zeros', 0, /row 1 .*zero/],
  ])('names the row that contains %s in the error', async (_what, value, message) => {
    await put({ 'corpus.f32.npy': floats(2, 1, 2, value, 0) });
    const run = (await open()).corpusRows(0, 2);
    await expect(run).rejects.toMatchObject({
      code: 'INVALID_VECTOR',
      message: expect.stringMatching(message),
    });
  });

  it('rejects different numbers of vectors, ids and documents', async () => {
    await put({ ...whole, 'queries-ids.txt': 'q1\nq2\nq3\n' });
    const folder = await open();
    await expect(folder.queries()).rejects.toMatchObject({ code: 'VECTOR_COUNT_MISMATCH' });
    await expect(folder.groundTruth()).rejects.toMatchObject({ code: 'VECTOR_COUNT_MISMATCH' });
    expect(() => folder.expectRows(3)).not.toThrow();
    expect(() => folder.expectRows(4)).toThrow(/3 rows for 4 documents/);
  });

  it('rejects queries with another number of dimensions, and neighbours that do not exist', async () => {
    await put({
      ...whole,
      'queries.f32.npy': floats(2, 1, 0, 0, 9, 1, 1),
      'ground-truth.i32.npy': npyBytes('<i4', 2, 1, Int32Array.of(0, 3)),
    });
    const folder = await open();
    await expect(folder.queries()).rejects.toMatchObject({ code: 'DIMENSION_MISMATCH' });
    await expect(folder.groundTruth()).rejects.toMatchObject({ code: 'INVALID_DATASET' });
  });
});

describe('the precomputed embedder', () => {
  it('returns the vector of a query given its id or its text, and rejects any other text', async () => {
    await put(whole);
    const embedder = await createEmbedder('precomputed', { directory, queryTexts: { q2: 'why?' } });
    expect((await embedder!.embedQuery('q1')).vectors).toEqual(Float32Array.of(1, 0));
    expect((await embedder!.embedQuery('why?')).vectors).toEqual(Float32Array.of(0, 1));
    await expect(embedder!.embedQuery('a new question')).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining("'a new question'"),
      remedy: expect.stringContaining('--mode lexical'),
    });
  });

  it('can be created without the folder, but then cannot embed', async () => {
    const embedder = await createEmbedder('precomputed', { dimensions: 2 });
    expect(embedder?.id).toBe('precomputed:2');
    await expect(embedder!.embedQuery('q1')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('rejects a setting `dimensions` that differs from the vectors in the folder', async () => {
    await put(whole);
    const run = createEmbedder('precomputed', { directory, dimensions: 3 });
    await expect(run).rejects.toMatchObject({ code: 'DIMENSION_MISMATCH' });
  });
});
