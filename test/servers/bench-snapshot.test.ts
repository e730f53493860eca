import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sample } from '../../benchmarks/snapshot/samples.ts';
import { writeSyntheticDataset } from '../../src/measure/index.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'benchmarks', 'bench-snapshot.ts');

describe('npm run bench:snapshot on S3', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srag-bench-test-'));
    const options = { rows: 400, dimensions: 16, clusters: 4, queries: 12, seed: 1 };
    await writeSyntheticDataset(join(folder, 'data'), options);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('counts reads, waves of parallel reads, and bytes of first and later queries on the modelled S3', async () => {
    const json = join(folder, 'snapshot.json');
    const sizes = ['--rounds', '1', '--starts', '1', '--first-queries', '5', '--session', '6'];
    const kind = ['--kinds', 'lancedb-flat', '--places', 's3', '--scenario', 'cold,session', '--json', json];
    await promisify(execFile)(process.execPath, [SCRIPT, '--data', join(folder, 'data'), ...sizes, ...kind]);
    const samples = JSON.parse(await readFile(json, 'utf8')).samples as Sample[];
    expect(samples.map(({ scenario }) => scenario)).toEqual(['cold', 'first-recall', 'session']);
    const [cold, first, session] = samples;
    expect(cold).toMatchObject({ kind: 'lancedb-flat', place: 's3', characters: expect.any(Number) });
    if (cold?.scenario === 'cold') {
      expect(cold.traffic!.waves).toBeGreaterThan(1);
      expect(cold.traffic!.reads).toBeGreaterThanOrEqual(cold.traffic!.waves);
      expect(cold.firstAnswerMs).toBeGreaterThan(25 * cold.traffic!.waves);
    }
    expect(first).toMatchObject({ recalls: [1, 1, 1, 1, 1] });
    expect(session).toMatchObject({ phase: 'later', recalls: [1, 1, 1, 1, 1] });
    if (session?.scenario === 'session') expect(session.traffic).toHaveLength(5);
  });
});
