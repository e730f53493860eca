import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOptions } from '../../../benchmarks/snapshot/options.ts';
import { formatReport } from '../../../benchmarks/snapshot/report.ts';
import type { Sample } from '../../../benchmarks/snapshot/samples.ts';
import { trafficOf } from '../../../benchmarks/snapshot/scenarios.ts';
import type { LoggedRequest } from '../../../src/laptop/index.ts';
import { writeSyntheticDataset } from '../../../src/measure/index.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', '..', 'benchmarks', 'bench-snapshot.ts');
const run = promisify(execFile);

describe('the options of bench:snapshot', () => {
  it('override only the given parameters of a kind', () => {
    const options = readOptions([
      '--data',
      'x',
      '--kinds',
      'lancedb-ivf-rq',
      '--parameters',
      '{"lancedb-ivf-rq": {"nprobes": 40}}',
    ]);
    expect(options).toMatchObject({
      rounds: 5,
      mode: 'vector',
      scenarios: ['cold', 'session', 'warm', 'memory'],
      kinds: [{ name: 'lancedb-ivf-rq', parameters: { nprobes: 40, refineFactor: 10 } }],
    });
  });

  it('reject unknown kinds, unknown scenarios and invalid numbers', () => {
    expect(() => readOptions([])).toThrow("--data is 'missing'");
    expect(() => readOptions(['--data', 'x', '--kinds', 'userch'])).toThrow("'userch'");
    expect(() => readOptions(['--data', 'x', '--scenario', 'cold,hot'])).toThrow("--scenario is 'hot'");
    expect(() => readOptions(['--data', 'x', '--rounds', '0'])).toThrow("--rounds is '0'");
    expect(() => readOptions(['--speed'])).toThrow('--speed');
  });
});

describe('the report of bench:snapshot', () => {
  const cold = (kind: string, firstAnswerMs: number, place: 's3' | 'disk' = 's3'): Sample => ({
    scenario: 'cold',
    kind,
    place,
    round: 1,
    query: 0,
    firstAnswerMs,
    openAndSearchMs: firstAnswerMs / 2,
    characters: 10,
    ...(place === 's3' ? { traffic: { reads: 12, waves: 3, bytes: 4e6 } } : {}),
  });

  it('shows medians per kind, tables only for measured scenarios, and why a kind is absent', () => {
    const samples = [cold('a', 300), cold('a', 200), cold('a', 900), cold('b', 40, 'disk')];
    const report = formatReport(samples, { c: 'absent: not installed' });
    expect(report).toContain('| a | 300 | 150 | 900 | 12 | 3 | 4.0 |');
    expect(report).toContain('| b | 40 | 20 | 40 |');
    expect(report).toContain('c: absent: not installed');
    expect(report).not.toContain('Memory');
  });

  it('counts for each query the reads between its start and the start of the next query', () => {
    const request = (startMs: number, method = 'GET'): LoggedRequest => ({
      startMs,
      endMs: startMs + 2,
      method,
      key: 'k',
      bytes: 10,
      status: 206,
      isComplete: true,
    });
    const query = (startMs: number, endMs: number) => ({ startMs, endMs, ids: [], characters: 0 });
    const log = [request(1), request(10), request(11), request(15), request(30, 'PUT'), request(50)];
    expect(trafficOf(log, [query(10, 20), query(25, 40)])).toEqual([
      { reads: 3, waves: 2, bytes: 30 },
      { reads: 0, waves: 0, bytes: 0 },
    ]);
  });
});

describe('npm run bench:snapshot', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srag-bench-test-'));
    await writeSyntheticDataset(join(folder, 'data'), {
      rows: 400,
      dimensions: 16,
      clusters: 4,
      queries: 12,
      seed: 1,
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('measures each kind in new processes on the local disk, and writes the raw samples', {
    timeout: 120_000,
  }, async () => {
    const json = join(folder, 'out', 'snapshot.json');
    const sizes = ['--rounds', '2', '--starts', '1', '--first-queries', '5', '--places', 'disk'];
    const kinds = ['--kinds', 'lancedb-flat,sqlite-vec'];
    const args = [SCRIPT, '--data', join(folder, 'data'), ...kinds, ...sizes, '--json', json];
    const { stdout } = await run(process.execPath, args);
    expect(stdout).toContain('data: 400 rows x 16, vector, S3 at 25 ms, medians of 2 rounds');
    const report = JSON.parse(await readFile(json, 'utf8'));
    expect(report).toMatchObject({
      schemaVersion: 1,
      benchmark: 'snapshot',
      configuration: { rows: 400, dimensions: 16, rounds: 2, topK: 10 },
      environment: { packages: { 'sqlite-vec': expect.any(String) } },
      failures: {},
    });
    expect(JSON.stringify(report)).not.toContain(folder);
    const samples = report.samples as Sample[];
    const cold = samples.filter(({ scenario }) => scenario === 'cold');
    expect(cold.map(({ kind }) => kind)).toEqual([
      'lancedb-flat',
      'sqlite-vec',
      'sqlite-vec',
      'lancedb-flat',
    ]);
    const warm = samples.filter((sample) => sample.scenario === 'warm');
    expect(warm).toHaveLength(4);
    for (const { recalls, latenciesMs } of warm) {
      expect(latenciesMs).toHaveLength(12);
      expect(recalls).toEqual(Array.from({ length: 12 }, () => 1));
    }
    for (const sample of samples)
      if (sample.scenario === 'memory') expect(sample.rssBytes).toBeGreaterThan(1e7);
  });
});
