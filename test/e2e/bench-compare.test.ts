import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../src/core/index.ts';
import { type ResultHeader, ResultWriter, type Sample } from '../../src/measure/index.ts';
import { CliProject } from '../support/cli.ts';
import { headerOf, sampleOf } from '../support/measure/experiment.ts';

let project: CliProject;
beforeAll(async () => {
  project = await CliProject.open();
  await run('before.jsonl', {});
});
afterAll(() => project.remove());

interface RunParts {
  readonly seed?: number;
  /** Latency of a `snapshot` request in milliseconds. */
  readonly ms?: number;
  /** Share of failing `snapshot` requests at 20/s. */
  readonly failing?: number;
  /** The same at 10/s. */
  readonly failingFirst?: number;
  readonly usd?: number;
  readonly variants?: readonly string[];
  readonly header?: Partial<ResultHeader>;
}

/** Writes a result file of log-normal latencies at 10/s and 20/s, 15 blocks of 100 requests each. */
async function run(name: string, parts: RunParts): Promise<string> {
  const {
    seed = 1,
    ms = 50,
    failing = 0,
    failingFirst = 0,
    usd = 3e-6,
    variants = ['flat', 'snapshot'],
    header,
  } = parts;
  const random = seededRandom(seed);
  const path = join(project.folder, name);
  const writer = await ResultWriter.create(
    path,
    headerOf({
      steps: [{ ratePerSecond: 10 }, { ratePerSecond: 20 }],
      variants: variants.map((variant) => ({ name: variant, settings: {} })),
      ...header,
    }),
  );
  for (const variant of variants)
    for (const [step, rate] of [10, 20].entries())
      for (let index = 0; index < 1_500; index++) {
        const isSubject = variant === 'snapshot';
        const intendedMs = 100_000 * step + (1_000 / rate) * index;
        const latency = (isSubject ? ms : 200) * Math.exp(0.3 * gaussian(random));
        const fails = isSubject && random() < [failingFirst, failing][step]!;
        const changes: Partial<Sample> = {
          variant,
          step,
          block: Math.floor(index / 100),
          blockSize: 100,
          intendedMs,
          startedMs: intendedMs,
          endedMs: intendedMs + latency,
          ...(fails ? { outcome: 'error', status: 500 } : {}),
          cost: { totalUsd: (isSubject ? usd : 9e-6) * (1 + 0.1 * random()), lines: [] },
        };
        writer.add(sampleOf(changes));
      }
  await writer.close();
  return path;
}

const compare = (after: string, ...options: string[]) =>
  project.run(['bench', 'compare', 'before.jsonl', after, ...options]);

// biome-ignore lint/suspicious/noExplicitAny: a document of the command line.
const figure = (json: any, variant: string, name: string, ratePerSecond?: number) =>
  json.figures.find(
    (of: { variant: string; figure: string; ratePerSecond?: number }) =>
      of.variant === variant && of.figure === name && of.ratePerSecond === ratePerSecond,
  );

describe('srag bench compare', () => {
  it('exits with 0 if the same system was measured again', async () => {
    await run('again.jsonl', { seed: 2 });
    const { exitCode, json } = await compare('again.jsonl', '--json');
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ worsened: false, level: 0.95, tolerance: 0.05, notes: [] });
    // For each of two variants: five figures at each of two steps, one capacity and one cost.
    expect(json.figures).toHaveLength(24);
    const mean = figure(json, 'snapshot', 'mean', 20);
    expect(mean).toMatchObject({ by: 'ratio', n: [1_500, 1_500], unit: 'ms', verdict: 'same' });
    expect(mean.low).toBeLessThan(1);
    expect(mean.high).toBeGreaterThan(1);
    expect(json.levelOfEach).toBeCloseTo(1 - 0.05 / 24, 9);
  });

  it('exits with 1 if latency or cost is significantly worse, and names the figures', async () => {
    await run('slow.jsonl', { seed: 3, ms: 75, usd: 6e-6 });
    const { exitCode, json } = await compare('slow.jsonl', '--json');
    expect(exitCode).toBe(1);
    const mean = figure(json, 'snapshot', 'mean', 10);
    expect(mean.estimate).toBeCloseTo(1.5, 1);
    expect(mean).toMatchObject({ verdict: 'worse', isWorsening: true });
    expect(figure(json, 'snapshot', 'p95', 10)).toMatchObject({ verdict: 'worse', isWorsening: true });
    // 1,500 requests are too few for a reliable p99.
    expect(figure(json, 'snapshot', 'p99', 10)).toMatchObject({ reliable: false, isWorsening: false });
    expect(figure(json, 'snapshot', 'cost').estimate).toBeCloseTo(2, 1);
    expect(figure(json, 'flat', 'mean', 10)).toMatchObject({ verdict: 'same' });
    const { stdout } = await compare('slow.jsonl');
    expect(stdout).toMatch(
      /Significantly worse by more than 5 %: .*mean of snapshot at 10\/s.*cost of snapshot/,
    );
  });

  it('accepts a worsening within the tolerance', async () => {
    const { exitCode, json } = await compare('slow.jsonl', '--tolerance', '200', '--json');
    expect(exitCode).toBe(0);
    expect(figure(json, 'snapshot', 'mean', 10)).toMatchObject({ verdict: 'worse', isWorsening: false });
  });

  it('reports improvements as better', async () => {
    await run('fast.jsonl', { seed: 4, ms: 25 });
    const { exitCode, json } = await compare('fast.jsonl', '--json');
    expect(exitCode).toBe(0);
    expect(figure(json, 'snapshot', 'mean', 20)).toMatchObject({ verdict: 'better', significant: true });
  });

  it('detects a lower success rate, throughput and capacity', async () => {
    await run('failing.jsonl', { seed: 5, failing: 0.3 });
    const { exitCode, json } = await compare('failing.jsonl', '--json');
    expect(exitCode).toBe(1);
    const success = figure(json, 'snapshot', 'success', 20);
    expect(success).toMatchObject({ by: 'difference', isWorsening: true });
    expect(success.estimate).toBeCloseTo(-0.3, 1);
    expect(figure(json, 'snapshot', 'throughput', 20)).toMatchObject({ isWorsening: true });
    expect(figure(json, 'snapshot', 'capacity')).toMatchObject({ isWorsening: true });
  });

  it('counts a missing capacity or throughput as a worsening', async () => {
    await run('gone.jsonl', { seed: 5, failing: 1, failingFirst: 1 });
    const { exitCode, json } = await compare('gone.jsonl', '--json');
    expect(exitCode).toBe(1);
    for (const name of ['capacity', 'throughput'])
      expect(figure(json, 'snapshot', name, name === 'capacity' ? undefined : 20)).toMatchObject({
        estimate: 0,
        isWorsening: true,
      });
    expect(figure(json, 'snapshot', 'mean', 20)).toBeUndefined();
  });

  it('refuses runs with another question set, seed, load or storage, and names the difference', async () => {
    await run('other.jsonl', {
      header: {
        seed: 7,
        steps: [{ ratePerSecond: 10 }, { ratePerSecond: 40 }],
        declaration: { storageModel: 'none' },
        questions: { source: 'q.jsonl', synthetic: false, list: [{ id: 'q1', text: 'How many weeks?' }] },
      },
    });
    const { exitCode, stderr } = await compare('other.jsonl');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('SETTINGS_MISMATCH');
    expect(stderr).toContain("number 1 is 'How many days?' before, 'How many weeks?' after");
    expect(stderr).toContain('seed: 1 before, 7 after');
    expect(stderr).toContain('steps in requests/s: [10,20] before, [10,40] after');
    expect(stderr).toContain('storageModel: not stated before, "none" after');
    const forced = await compare('other.jsonl', '--force', '--json');
    expect(forced.exitCode).toBe(0);
    expect(forced.json.notes).toContain("Variant 'flat' has a step of 20/s only in the result before.");
    expect(forced.json.notes).toContain('seed: 1 before, 7 after.');
  });

  it('compares the common variants, and names the others', async () => {
    await run('alone.jsonl', { seed: 6, variants: ['snapshot', 'new'] });
    const { exitCode, stdout } = await compare('alone.jsonl');
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Note: Variant 'flat' is only in the result before.");
    expect(stdout).toContain("Note: Variant 'new' is only in the result after.");
    await run('none.jsonl', { variants: ['new'] });
    expect(await compare('none.jsonl')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('TOO_FEW_SAMPLES'),
    });
  });

  it('omits and reports incomplete parts of an interrupted run', async () => {
    const text = await readFile(join(project.folder, 'again.jsonl'), 'utf8');
    const cut = text.slice(0, Math.floor(text.length * 0.95));
    await writeFile(join(project.folder, 'cut.jsonl'), cut);
    const { exitCode, stdout } = await compare('cut.jsonl');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Note: \d+ requests of interrupted blocks of cut.jsonl are left out/);
    expect(stdout).toMatch(/Note: cut.jsonl:\d+ was truncated when the run ended/);
  });

  it.each([
    [
      'a newer schema',
      (text: string) => text.replace('"schemaVersion":1', '"schemaVersion":2'),
      2,
      'UNSUPPORTED',
    ],
    ['no header', () => '', 1, 'FILE_EMPTY'],
    ['another content', () => '{"a": 1}\n', 1, 'INVALID_RECORD'],
    ['a damaged line', (text: string) => text.replace(/\n\{/, '\n{{'), 1, 'INVALID_RECORD'],
  ])('refuses a file with %s', async (_, damage, exit, code) => {
    const text = await readFile(join(project.folder, 'before.jsonl'), 'utf8');
    await writeFile(join(project.folder, 'damaged.jsonl'), damage(text));
    const { exitCode, stderr } = await compare('damaged.jsonl');
    expect(exitCode).toBe(exit);
    expect(stderr).toContain(code);
    expect(stderr).toContain('damaged.jsonl');
  });

  it('refuses an invalid tolerance and a missing file', async () => {
    expect(await compare('again.jsonl', '--tolerance', '-1')).toMatchObject({ exitCode: 2 });
    expect(await compare('nowhere.jsonl')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('PATH_NOT_FOUND'),
    });
  });
});
