import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServedProject, type ServedProject } from '../support/served.ts';

let served: ServedProject;

beforeAll(async () => {
  served = await openServedProject(['--in-process']);
  await served.project.write(
    'questions.jsonl',
    [
      '{"text": "How many days of annual leave does every employee have?"}',
      '{"text": "Who approves expenses?"}',
    ].join('\n'),
  );
});
afterAll(() => served.close());

const load = { ratesPerSecond: [10], blockSeconds: 0.5 };
const stop = { minSeconds: 0, maxSeconds: 1 };
const bench = async (name: string, declaration: object, ...words: string[]) => {
  await served.project.write(
    `${name}.json`,
    JSON.stringify({ questions: { source: 'questions.jsonl' }, load, stop, ...declaration }),
  );
  return served.project.run(['bench', 'run', `${name}.json`, '--json', ...words]);
};

describe('srag bench run', () => {
  it('measures a running API by its URL, and exits with 0', async () => {
    const run = await bench('url', {
      target: 'url',
      variants: [{ name: 'api', url: served.url }],
      thresholds: ['errors < 50 %'],
    });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.json).toMatchObject({ ended: 'complete', missed: [] });
    expect(run.json.steps[0]).toMatchObject({ variant: 'api', ratePerSecond: 10, blocks: 2 });
    const [header, ...samples] = (await readFile(run.json.output, 'utf8')).trim().split('\n');
    expect(JSON.parse(header!)).toMatchObject({ format: 'srag-experiment', schemaVersion: 1 });
    expect(samples).toHaveLength(run.json.steps[0].requests);
    expect(JSON.parse(samples[0]!)).toMatchObject({ variant: 'api', outcome: 'ok', status: 200 });
  });

  it('masks the user, password and query of a URL in all output, so a run can only be resumed with its declaration', async () => {
    const url = served.url.replace('://', '://someone:PASSWORD1@').concat('?key=SECRET2&x=SECRET3');
    const declaration = { target: 'url', variants: [{ name: 'api', url }] };
    const run = await bench('secret', declaration);
    expect(run.exitCode, run.stderr).toBe(0);
    const result = await readFile(run.json.output, 'utf8');
    const report = await served.project.run(['report', run.json.output, '--markdown', 'secret.md', '--json']);
    const pages = await Promise.all(report.json.written.map((path: string) => readFile(path, 'utf8')));
    const gone = await bench('secret-gone', {
      target: 'url',
      variants: [{ name: 'api', url: 'http://someone:PASSWORD1@127.0.0.1:9/?key=SECRET2&x=SECRET3' }],
    });
    expect(gone.exitCode).toBe(1);
    const bad = await bench('secret-bad', {
      target: 'url',
      variants: [{ name: 'api', url: 'ftp://someone:PASSWORD1@127.0.0.1:9/?key=SECRET2&x=SECRET3' }],
    });
    expect(bad.exitCode).toBe(2);
    const all = [result, ...pages, ...[run, report, gone, bad].flatMap((one) => [one.stdout, one.stderr])];
    expect(all.join('\n')).not.toMatch(/PASSWORD1|SECRET2|SECRET3|someone/);
    expect(result).toContain(`(hidden)@${new URL(served.url).host}`);

    const lines = result.split('\n');
    await served.project.write('secret.results.jsonl', `${lines.slice(0, -3).join('\n')}\n`);
    const resume = ['--resume', 'secret.results.jsonl', '--json'];
    expect(await served.project.run(['bench', 'run', ...resume])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('srag bench run EXPERIMENT --resume FILE'),
    });
    const resumed = await served.project.run(['bench', 'run', 'secret.json', ...resume]);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(resumed.json).toMatchObject({ ended: 'complete' });
  });

  it('exits with 1 and names the threshold if one is missed', async () => {
    const run = await bench('missed', {
      target: 'url',
      variants: [{ name: 'api', url: served.url }],
      thresholds: ['throughput > 1000 /s'],
    });
    expect(run.exitCode).toBe(1);
    expect(run.json.missed).toEqual([expect.stringContaining('throughput > 1000 /s: api at 10/s')]);
  });

  it('exits with 2 without measuring if a declaration is invalid', async () => {
    const run = await bench('wrong', { target: 'in-process', variants: [{ name: 'a', index: 'snapshto' }] });
    expect(run.exitCode).toBe(2);
    expect(run.json.error).toMatchObject({ code: 'UNKNOWN_INDEX_KIND', remedy: "Did you mean 'snapshot'?" });
  });

  it('exits with 1 if the target cannot be reached', async () => {
    const run = await bench('gone', { target: 'url', variants: [{ name: 'a', url: 'http://127.0.0.1:9' }] });
    expect(run.exitCode).toBe(1);
    expect(run.json.error).toMatchObject({ code: 'REMOTE_FAILED' });
  });

  it('exits with 3 if its budget is spent, and can be resumed', async () => {
    const variants = [{ name: 'api', url: served.url }];
    const run = await bench('budget', { target: 'url', variants, budgets: { requests: 3 } });
    expect(run.exitCode).toBe(3);
    expect(run.json).toMatchObject({ ended: 'budget' });
    const resumed = await served.project.run(['bench', 'run', '--resume', run.json.output, '--json']);
    expect(resumed.exitCode, resumed.stderr).toBe(3);
    expect(resumed.json.steps[0].requests).toBeGreaterThan(run.json.steps[0].requests);
  });

  it('compares kinds in process, builds missing indexes, and publishes nothing', async () => {
    const pointer = join(served.project.folder, '.srag/default/indexes/published.json');
    const before = await readFile(pointer);
    const run = await bench('kinds', {
      target: 'in-process',
      variants: [
        { name: 'flat', index: 'lancedb-flat', mode: 'lexical' },
        { name: 'snapshot', index: 'snapshot', mode: 'lexical' },
      ],
    });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.json.steps.map(({ variant }: { variant: string }) => variant)).toEqual(['flat', 'snapshot']);
    expect(await readFile(pointer)).toEqual(before);
  });

  it('refuses to overwrite an earlier result', async () => {
    await bench('twice', { target: 'url', variants: [{ name: 'api', url: served.url }] });
    const again = await bench('twice', { target: 'url', variants: [{ name: 'api', url: served.url }] });
    expect(again.exitCode).toBe(2);
    expect(again.json.error.remedy).toContain('--resume');
  });

  it('writes a commented declaration with its schema, once', async () => {
    const written = await served.project.json(['bench', 'init', 'mine.yaml']);
    expect(written.written).toHaveLength(2);
    const again = await served.project.run(['bench', 'init', 'mine.yaml', '--json']);
    expect(again.exitCode).toBe(2);
  });
});
