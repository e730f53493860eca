import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { resultFile } from '../support/result-file.ts';

let project: CliProject;
let result: string;
beforeAll(async () => {
  project = await CliProject.open();
  result = await resultFile({
    folder: project.folder,
    variants: [{ name: 'flat' }, { name: 'snapshot', concurrency: 10 }],
  });
});
afterAll(() => project.remove());

const simulate = (...words: string[]) =>
  project.run(['bench', 'simulate', result, '--variant', 'snapshot', '--replications', '2', ...words]);

describe('srag bench simulate', () => {
  it('prints a prediction for a load, with the assumed limits, the source and the cost, as one JSON document', async () => {
    const { exitCode, json } = await simulate('--plan', 'constant 200/s for 30s', '--json');
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      plan: 'constant 200/s for 30s',
      seconds: 30,
      requests: 'all',
      source: { variant: { name: 'snapshot' }, step: 0, samples: { warm: 400, cold: 40 } },
      assumptions: { limits: { preset: 'aws', gatewayPerSecond: 10_000, accountConcurrency: 1_000 } },
      figures: { okShare: { value: 1 }, throttledShare: { value: 0 } },
    });
    const { counts, figures, costLines, functions, periods } = json;
    expect(counts.ok).toBe(counts.arrivals);
    expect(figures.p95Ms.value).toBeGreaterThan(figures.p50Ms.value);
    expect(functions[0].environmentsPeak).toBeGreaterThan(10);
    expect(periods).toHaveLength(60);
    const sum = costLines.reduce((total: number, { usd }: { usd: number }) => total + usd, 0);
    expect(figures.costUsd.value).toBeCloseTo(sum, 12);
  });

  it('prints a table and the origin of its figures', async () => {
    const { exitCode, stdout } = await simulate('--plan', 'burst 500/s for 5s', '--concurrency', '5');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('throttled (429)');
    expect(stdout).toContain('400 warm samples of step 0');
    expect(stdout).toMatch(/USD per million answered +\d/);
  });

  it('explains how to write a plan', async () => {
    const { stdout } = await project.run(['bench', 'simulate', '--help']);
    expect(stdout).toContain('--plan "day 100/s to 10000/s with peaks at 9:00, 20:30"');
  });

  it.each([
    [['--plan', 'constant 5'], 2, 'INVALID_ARGUMENT', "'constant 5'"],
    [['--plan', 'none.csv'], 1, 'PATH_NOT_FOUND', 'none.csv'],
    [['--plan', 'constant 5/s for 1s', '--concurrency', '0'], 2, 'INVALID_ARGUMENT', '--concurrency is 0'],
    [['--plan', 'constant 5/s for 1s', '--cores', '2'], 2, 'INVALID_ARGUMENT', '--cpu-ms'],
    [
      ['--plan', 'constant 5/s for 1s', '--provisioned', '2000'],
      2,
      'INVALID_ARGUMENT',
      '--provisioned is 2000',
    ],
    [['--plan', 'constant 5/s for 1s', '--replications', '-1'], 2, 'INVALID_ARGUMENT', 'replications is -1'],
    [['--plan', 'constant 5/s for 1s', '--variant', 'snapshit'], 2, 'INVALID_ARGUMENT', "'snapshit'"],
    [['--plan', 'constant 5/s for 1s', '--step', '7'], 2, 'INVALID_ARGUMENT', '--step is 7'],
    [['--plan', 'constant 5/s for 1s', '--region', 'nowhere'], 2, 'INVALID_ARGUMENT', "'nowhere'"],
  ] as const)('refuses %j with exit code %d', async (words, exitCode, code, message) => {
    const run = await simulate(...words, '--json');
    expect(run.exitCode).toBe(exitCode);
    expect(run.json.error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('reports the required number of samples if there are too few', async () => {
    const text = await readFile(result, 'utf8');
    const few = text.split('\n').filter((line) => !line.includes('"cold"'));
    await project.write('few.jsonl', few.join('\n'));
    const run = await project.run([
      'bench',
      'simulate',
      'few.jsonl',
      '--variant',
      'flat',
      '--plan',
      'constant 5/s for 1s',
      '--json',
    ]);
    expect(run.exitCode).toBe(1);
    expect(run.json.error).toMatchObject({ code: 'TOO_FEW_SAMPLES', fields: { found: 0, needed: 10 } });
  });
});
