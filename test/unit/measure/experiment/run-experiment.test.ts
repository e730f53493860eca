import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Experiment,
  experimentSchema,
  openResultFile,
  prepareResume,
  type Reply,
  ResultWriter,
  readSteps,
  runExperiment,
  type Sample,
  StepTable,
  stepFigures,
  type Target,
} from '../../../../src/measure/index.ts';
import { headerOf } from '../../../support/measure/experiment.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const experimentOf = (changes: object = {}): Experiment =>
  experimentSchema.parse({
    questions: { source: 'questions.jsonl' },
    target: 'in-process',
    variants: [
      { name: 'a', warmUp: false },
      { name: 'b', warmUp: false },
    ],
    load: { ratesPerSecond: [100, 200], blockSeconds: 0.5, arrivals: 'constant' },
    stop: { minSeconds: 0, maxSeconds: 1 },
    ...changes,
  });

const targetOf = (name: string, answer: (question: number) => Promise<Reply>): Target => ({
  variant: { name, settings: {} },
  warmUpRequests: 0,
  send: answer,
  close: async () => {},
});
const answered = async (): Promise<Reply> => ({ status: 200 });

const run = async (
  path: string,
  targets: readonly Target[],
  experiment = experimentOf(),
  signal = new AbortController().signal,
) => {
  const header = headerOf({
    variants: targets.map(({ variant }) => variant),
    steps: [{ ratePerSecond: 100 }, { ratePerSecond: 200 }],
  });
  const writer = await ResultWriter.create(path, header);
  const table = new StepTable(header);
  const outcome = await runExperiment({
    experiment,
    questions: 7,
    targets,
    coldTargets: [],
    writer,
    table,
    signal,
  }).finally(() => writer.close());
  return { outcome, table, samples: await samplesOf(path) };
};
const samplesOf = async (path: string): Promise<Sample[]> => {
  const samples: Sample[] = [];
  for await (const sample of (await openResultFile(path)).samples()) samples.push(sample);
  return samples;
};
const newFile = async (): Promise<string> => join(await temporaryFolder(), 'result.jsonl');

describe('runExperiment', () => {
  it('sends every variant the same questions at the same times, in the order A B B A', async () => {
    const { samples, outcome } = await run(await newFile(), [
      targetOf('a', answered),
      targetOf('b', answered),
    ]);
    expect(outcome.ended).toBe('complete');
    const planOf = (variant: string, step: number) =>
      samples
        .filter((sample) => sample.variant === variant && sample.step === step)
        .sort((x, y) => x.intendedMs - y.intendedMs)
        .map(({ block, question }) => `${block} ${question}`);
    expect(planOf('a', 0)).toHaveLength(100);
    expect(planOf('a', 0)).toEqual(planOf('b', 0));
    expect(planOf('a', 1)).toEqual(planOf('b', 1));
    const turns = samples.filter(({ step }) => step === 0).map(({ variant, block }) => `${variant}${block}`);
    expect([...new Set(turns)]).toEqual(['a0', 'b0', 'b1', 'a1']);
  });

  it('skips higher rates for a variant that is saturated', async () => {
    const { samples } = await run(await newFile(), [
      targetOf('a', answered),
      targetOf('b', async () => ({ status: 429 })),
    ]);
    expect(new Set(samples.map(({ variant, step }) => `${variant} ${step}`))).toEqual(
      new Set(['a 0', 'b 0', 'a 1']),
    );
    expect(
      samples.filter(({ variant }) => variant === 'b').every(({ outcome }) => outcome === 'throttled'),
    ).toBe(true);
  });

  it('ends with a warning when its budget of requests is spent', async () => {
    const experiment = experimentOf({ budgets: { requests: 60 } });
    const { outcome, samples } = await run(await newFile(), [targetOf('a', answered)], experiment);
    expect(outcome).toMatchObject({
      ended: 'budget',
      warnings: expect.arrayContaining([expect.stringContaining('60 requests')]),
    });
    expect(samples).toHaveLength(100);
  });

  it('ends when too many requests fail', async () => {
    const experiment = experimentOf({
      budgets: { errorShare: 0.5 },
      load: { ratesPerSecond: [500], blockSeconds: 0.5 },
      stop: { minSeconds: 0, maxSeconds: 60, saturatedBelow: 0.01 },
    });
    const failing = targetOf('a', async () =>
      Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })),
    );
    const { outcome, table } = await run(await newFile(), [failing], experiment);
    expect(outcome).toMatchObject({
      ended: 'budget',
      warnings: [expect.stringContaining('200 of the last 200')],
    });
    expect(table.of('a', 0)?.failures.get('ECONNREFUSED')).toBeGreaterThanOrEqual(200);
  });

  it('keeps complete blocks when interrupted, and sends the same requests in total when resumed', async () => {
    const undisturbed = await run(await newFile(), [targetOf('a', answered), targetOf('b', answered)]);
    const path = await newFile();
    const abort = new AbortController();
    let asked = 0;
    const interrupting = async (): Promise<Reply> => {
      if (++asked === 130) abort.abort();
      return { status: 200 };
    };
    const first = await run(
      path,
      [targetOf('a', interrupting), targetOf('b', interrupting)],
      experimentOf(),
      abort.signal,
    );
    expect(first.outcome.ended).toBe('interrupted');
    const { moved } = await prepareResume(path);
    expect(moved).toBeGreaterThan(0);
    const { table } = await readSteps(await openResultFile(path));
    const writer = await ResultWriter.append(path);
    const outcome = await runExperiment({
      experiment: experimentOf(),
      questions: 7,
      targets: [targetOf('a', answered), targetOf('b', answered)],
      coldTargets: [],
      writer,
      table,
      signal: new AbortController().signal,
    }).finally(() => writer.close());
    expect(outcome.ended).toBe('complete');
    const planOf = (samples: readonly Sample[]) =>
      samples.map(({ variant, step, block, question }) => `${variant} ${step} ${block} ${question}`).sort();
    expect(planOf(await samplesOf(path))).toEqual(planOf(undisturbed.samples));
  });

  it.each([
    ['forces the configured number of cold starts before the load', 2, 2, []],
    ['warns how many cold starts are missing', 10, 1, ['a: 1 of 2 cold starts are missing.']],
  ])('%s', async (_, coldEvery, cold, warnings) => {
    const path = await newFile();
    const header = headerOf({ variants: [{ name: 'a', settings: {} }] });
    const writer = await ResultWriter.create(path, header);
    const table = new StepTable(header);
    let number = 0;
    const reply = async (): Promise<Reply> => ({
      status: 200,
      details: () => ({
        trace: { coldStart: number++ % coldEvery === 0, stages: {}, totalMs: 1, initMs: 5 },
      }),
    });
    const base = targetOf('a', reply);
    const outcome = await runExperiment({
      experiment: experimentOf({ target: 'laptop', coldStarts: 2, variants: [{ name: 'a', warmUp: false }] }),
      questions: 7,
      targets: [targetOf('a', answered)],
      coldTargets: [{ ...base, idleMs: 1 }],
      writer,
      table,
      signal: new AbortController().signal,
    }).finally(() => writer.close());
    expect(outcome.warnings.filter((warning) => warning.includes('missing'))).toEqual(warnings);
    expect(table.of('a', -1)?.coldLatency()).toHaveLength(cold);
    expect(table.of('a', -1)?.initMs.values()).toEqual(new Float64Array(cold).fill(5));
  });
});

describe('stepFigures', () => {
  it('counts every outcome, and uses only the latencies of answered warm requests', async () => {
    const kinds: Reply[] = [{ status: 200 }, { status: 429 }, { status: 500 }, { status: 200 }];
    let number = 0;
    const { table } = await run(await newFile(), [targetOf('a', async () => kinds[number++ % 4]!)]);
    const figures = stepFigures(table.of('a', 0)!, experimentOf());
    expect(figures).toMatchObject({ requests: 100, answeredWarm: 50, blocks: 2 });
    expect(figures.success.estimate).toBe(0.5);
    expect(figures.throttles.estimate).toBe(0.25);
    expect(figures.errors.estimate).toBe(0.25);
    expect(figures.latency.mean!.n).toBe(50 - figures.warmUpCut);
  });
});
