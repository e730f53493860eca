import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  exactNeighbours,
  mean,
  readDataset,
  syntheticCollection,
  writeSyntheticDataset,
} from '../../../../src/measure/index.ts';
import { openVectorFolder } from '../../../../src/models/embedders/index.ts';

const options = { rows: 600, dimensions: 24, clusters: 12, queries: 20, seed: 9 };

describe('a synthetic collection', () => {
  it('is the same for the same seed and different for another seed', () => {
    const one = syntheticCollection(options);
    expect(syntheticCollection(options)).toEqual(one);
    expect(syntheticCollection({ ...options, seed: 10 }).vectors).not.toEqual(one.vectors);
  });

  it('contains unit vectors, distinct ids and texts', () => {
    const { vectors, documents } = syntheticCollection(options);
    for (let row = 0; row < options.rows; row++) {
      expect(Math.hypot(...vectors.subarray(row * 24, (row + 1) * 24))).toBeCloseTo(1, 5);
    }
    expect(new Set(documents.map(({ id }) => id)).size).toBe(options.rows);
    expect(
      documents.every(({ title, text }) => title.split(' ').length === 3 && text.split(' ').length === 24),
    ).toBe(true);
  });

  it('is clustered: the nearest rows are mostly of the same topic', async () => {
    const { vectors, documents } = syntheticCollection(options);
    const { rows } = await exactNeighbours({ dimensions: 24, blocks: [vectors], queries: vectors, topK: 6 });
    const same = documents.map(({ topic }, row) =>
      mean(
        [...rows.subarray(row * 6 + 1, row * 6 + 6)].map((other) =>
          Number(documents[other]!.topic === topic),
        ),
      ),
    );
    expect(mean(same)).toBeGreaterThan(0.7);
  });

  it('refuses numbers out of range', () => {
    expect(() => syntheticCollection({ ...options, rows: 0 })).toThrow('rows is 0');
    expect(() => syntheticCollection({ ...options, clusters: 601 })).toThrow('clusters is 601');
  });
});

describe('a synthetic dataset on disk', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srag-synthetic-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('can be read back, with a corpus, judgements, vectors and exact neighbours that agree', async () => {
    const written = await writeSyntheticDataset(folder, options);
    const dataset = await readDataset(written.folder);
    expect(dataset).toMatchObject({ unknownDocuments: 0 });
    expect(dataset.queries).toHaveLength(20);
    const vectors = await openVectorFolder(written.vectorsFolder);
    vectors.expectRows(dataset.documentIds.length);
    const queries = await vectors.queries();
    const truth = await vectors.groundTruth();
    expect(queries?.ids).toEqual(dataset.queries.map(({ id }) => id));
    expect(truth?.k).toBe(100);
    const nearest = [...truth!.rows.subarray(0, 10)].map((row) => `d${row}`);
    expect([...dataset.queries[0]!.judgements.keys()]).toEqual(nearest);
    const corpus = await vectors.corpusRows(0, 600);
    const again = await exactNeighbours({
      dimensions: 24,
      blocks: [corpus],
      queries: queries!.vectors,
      topK: 100,
    });
    expect([...again.rows.subarray(0, 10)]).toEqual([...truth!.rows.subarray(0, 10)]);
    await vectors.close();
  });
});
