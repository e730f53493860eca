import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RECALL_RANGE } from '../../../benchmarks/synthetic-vectors/calibrate.ts';
import { toHalfFloats } from '../../../benchmarks/synthetic-vectors/half-float.ts';
import { foundShare, OneBitEstimator } from '../../../benchmarks/synthetic-vectors/one-bit.ts';
import { readGeneratorOptions } from '../../../benchmarks/synthetic-vectors/options.ts';
import { seededRotation } from '../../../benchmarks/synthetic-vectors/rotation.ts';
import { dotProduct } from '../../../src/core/index.ts';
import { exactNeighbours, readDataset, seededRandom } from '../../../src/measure/index.ts';
import { openVectorFolder } from '../../../src/models/embedders/index.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', '..', 'benchmarks', 'synthetic-vectors', 'main.ts');
const run = promisify(execFile);
const SIZE = ['--rows', '2000', '--dimensions', '64', '--queries', '100'];

let folder: string;
let printed: { recall: number; vectorsFolder: string };
const generate = async (out: string, ...args: string[]): Promise<typeof printed> =>
  JSON.parse((await run(process.execPath, [SCRIPT, ...SIZE, '--out', out, ...args])).stdout);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'srag-synthetic-'));
  printed = await generate(join(folder, 'one'), '--threads', '2');
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe('synthetic vectors', () => {
  it('are a dataset that eval and ingest can read, with held-out queries and exact neighbours', async () => {
    const dataset = await readDataset(join(folder, 'one'));
    const vectors = await openVectorFolder(join(folder, 'one', 'vectors', 'synthetic-64'));
    expect([vectors.rows, vectors.dimensions, dataset.documentIds.length]).toEqual([2_000, 64, 2_000]);
    vectors.expectRows(dataset.documentIds.length);
    const queries = (await vectors.queries())!;
    expect(queries.ids).toEqual(dataset.queries.map(({ id }) => id));
    const rows = await vectors.corpusRows(0, 2_000);
    const truth = (await vectors.groundTruth())!;
    const exact = await exactNeighbours({
      dimensions: 64,
      blocks: [rows],
      queries: queries.vectors,
      topK: 100,
    });
    expect(truth).toEqual({ k: 100, rows: exact.rows });
    expect(Math.max(...exact.scores)).toBeLessThan(0.9999);
    const [first] = dataset.queries;
    expect([...first!.judgements].map(([id]) => id)).toEqual(
      [...exact.rows.subarray(0, 10)].map((row) => dataset.documentIds[row]),
    );
    await vectors.close();
  });

  it('have texts of 200 bytes and filterable fields', async () => {
    const lines = gunzipSync(await readFile(join(folder, 'one', 'corpus.jsonl.gz')))
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(2_000);
    for (const { text } of lines) expect([199, 200]).toContain(text.length);
    expect(lines[0].metadata).toEqual({
      categories: expect.stringMatching(/^c\d+$/),
      created: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
  });

  it('are as hard for 1-bit codes as real vectors, so that the printed recall is in the expected range', () => {
    expect(printed.recall).toBeGreaterThanOrEqual(RECALL_RANGE[0]);
    expect(printed.recall).toBeLessThanOrEqual(RECALL_RANGE[1]);
  });

  it('are byte-identical for the same seed, on any number of threads, with or without texts', async () => {
    const other = join(folder, 'other');
    await generate(other, '--threads', '1', '--no-texts');
    const hash = async (out: string, name: string): Promise<string> =>
      createHash('sha256')
        .update(await readFile(join(folder, out, 'vectors', 'synthetic-64', name)))
        .digest('hex');
    for (const name of ['corpus.f16.npy', 'queries.f16.npy', 'ground-truth.i32.npy'])
      expect(await hash('other', name)).toBe(await hash('one', name));
    await expect(readFile(join(other, 'corpus.jsonl.gz'))).rejects.toThrow('ENOENT');
  });
});

describe('functions of the vector generator', () => {
  it('toHalfFloats rounds to the nearest half float, ties to even', () => {
    const given = [
      0,
      -0,
      1,
      -2,
      0.1,
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
      2 ** -24,
      2 ** -25,
      3 * 2 ** -25,
      0.9999,
    ];
    expect([...toHalfFloats(Float32Array.from(given))]).toEqual([
      0, 0x8000, 0x3c00, 0xc000, 0x2e66, 0x3c00, 0x3c02, 1, 0, 2, 0x3c00,
    ]);
  });

  it('seededRotation preserves inner products, even if the length is not a power of two', () => {
    for (const dimensions of [8, 12, 96]) {
      const random = seededRandom(dimensions);
      const [left, right] = [0, 1].map(() => Float32Array.from({ length: dimensions }, () => random() - 0.5));
      const before = dotProduct(left!, right!);
      const rotate = seededRotation(dimensions, random);
      rotate(left!, 0);
      rotate(right!, 0);
      expect(dotProduct(left!, right!)).toBeCloseTo(before, 5);
    }
  });

  it('OneBitEstimator finds a row by the signs of its values, and foundShare returns the share of found rows', () => {
    const random = seededRandom(9);
    const rows = Float32Array.from({ length: 200 * 32 }, () => random() - 0.5);
    const estimator = new OneBitEstimator(new Float32Array(32), rows.slice(7 * 32, 8 * 32), 5);
    estimator.add(rows.subarray(0, 100 * 32), 0);
    estimator.add(rows.subarray(100 * 32), 100);
    const found = estimator.nearest();
    expect(found[0]).toHaveLength(5);
    expect(found[0]).toContain(7);
    expect(foundShare(found, [[7, 500]])).toBe(0.5);
  });

  it('readGeneratorOptions rejects missing and invalid options with an error that names the option', () => {
    expect(() => readGeneratorOptions([])).toThrow('--out is missing');
    expect(() => readGeneratorOptions(['--out', 'x', '--rows', '0'])).toThrow("--rows is '0'");
    expect(readGeneratorOptions(['--out', 'x', '--no-texts'])).toMatchObject({
      texts: false,
      clusters: 1_000,
    });
  });
});
