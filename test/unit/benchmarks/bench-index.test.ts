import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOptions } from '../../../benchmarks/index-kinds/options.ts';
import { type Candidate, formatTable, medians } from '../../../benchmarks/index-kinds/report.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', '..', 'benchmarks', 'bench-index.ts');
const run = promisify(execFile);

const round = (buildMs: number, latenciesMs: number[]) => ({
  round: 1,
  buildMs,
  stagesMs: {},
  buildPeakMemoryBytes: 2e6,
  sizeBytes: 1e6,
  firstAnswerMs: 300,
  queryPeakMemoryBytes: 3e6,
  latenciesMs,
  recalls: [1, 0.5],
});

describe('the report of bench:index', () => {
  it('shows medians over the rounds, and why a kind is absent', () => {
    const rounds = [round(1_000, [1, 2, 3]), round(9_000, [2, 4, 6]), round(3_000, [3, 6, 9])];
    const measured: Candidate = { kind: 'a', rounds, parameters: { build: { m: 20 }, query: {} } };
    expect(medians(measured)).toMatchObject({
      build: 3,
      'recall@10': 0.75,
      p50: 4,
      'first answer': 300,
      size: 1,
    });
    const table = formatTable([
      measured,
      { kind: 'b', rounds: [], absent: 'absent: LanceDB is not installed.' },
    ]);
    expect(table).toContain('0.7500');
    expect(table).toContain('b           absent: LanceDB is not installed.');
    expect(table).toContain('m 20');
  });

  it('omits the medians, instead of showing zeros, if nothing was measured', () => {
    expect(medians({ kind: 'a', rounds: [] })).toBeUndefined();
  });
});

describe('the options of bench:index', () => {
  it('reject unknown kinds, unknown options and invalid numbers', () => {
    expect(() => readOptions(['--kinds', 'lancedb-flt'])).toThrow("Unknown index kind 'lancedb-flt'");
    expect(() => readOptions(['--rounds', '0'])).toThrow("--rounds is '0'");
    expect(() => readOptions(['--min-recall', '99'])).toThrow("--min-recall is '99'");
    expect(() => readOptions(['--speed'])).toThrow('--speed');
    expect(readOptions(['--help'])).toBe('help');
  });
});

describe('npm run bench:index', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srag-bench-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('measures each kind in new processes, in alternating order, and writes the samples of every round', {
    timeout: 180_000,
  }, async () => {
    const json = join(folder, 'out', 'index.json');
    const kinds = 'lancedb-flat,lancedb-ivf-flat';
    const args = ['--rows', '400', '--queries', '20', '--rounds', '2', '--kinds', kinds, '--json', json];
    const { stdout, stderr } = await run(process.execPath, [SCRIPT, ...args]);
    expect(stdout).toContain('synthetic: 400 rows x 128, 20 queries, medians of 2 rounds');
    const order = [...stderr.matchAll(/round \d: (\S+) built/g)].map((match) => match[1]);
    expect(order).toEqual(['lancedb-flat', 'lancedb-ivf-flat', 'lancedb-ivf-flat', 'lancedb-flat']);
    const report = JSON.parse(await readFile(json, 'utf8'));
    expect(report).toMatchObject({
      schemaVersion: 1,
      configuration: { dataset: 'synthetic', rows: 400, dimensions: 128, queries: 20, topK: 10, rounds: 2 },
      environment: { node: process.version, packages: { '@lancedb/lancedb': expect.any(String) } },
    });
    const [flat] = report.candidates;
    expect(flat.kind).toBe('lancedb-flat');
    expect(flat.rounds).toHaveLength(2);
    expect(flat.rounds[0].latenciesMs).toHaveLength(20);
    expect(flat.medians['recall@10']).toBe(1);
    expect(flat.medians.size).toBeGreaterThan(0.2);
  });

  it('exits with code 2 and shows a remedy on usage errors', async () => {
    const error = await run(process.execPath, [SCRIPT, '--kinds', 'lancedb-flt']).catch(
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({ code: 2, stderr: expect.stringContaining("Did you mean 'lancedb-flat'?") });
  });
});
