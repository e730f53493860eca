import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measuredService, openResultFile } from '../../../../src/measure/index.ts';
import { STEP_RETRY } from '../../../../src/measure/simulation/scenario.ts';
import { ROUTE_FUNCTIONS } from '../../../../src/measure/simulation/service/route-functions.ts';
import { OUTSIDE_MS, resultFile } from '../../../support/result-file.ts';

const FUNCTIONS = join(import.meta.dirname, '../../../../src/cloud/functions');
const json = (name: string) => JSON.parse(readFileSync(join(FUNCTIONS, name), 'utf8'));
const service = async (parts: Parameters<typeof resultFile>[0], options = {}) =>
  measuredService(await openResultFile(await resultFile(parts)), options);
const wholes = (samples: readonly { initMs: number; runMs: number }[]): number[] =>
  samples.map(({ initMs, runMs }) => initMs + runMs);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

describe('the service times of a result file', () => {
  it('come from warm requests at the lowest load and from forced cold starts', async () => {
    const found = await service({ steps: [1, 2, 4] });
    expect(found).toMatchObject({ route: 'retrieve', step: 0, ratePerSecond: 1, notes: [] });
    expect(found.functions.map(({ name, warm, cold }) => [name, warm.length, cold.length])).toEqual([
      ['retrieve', 400, 40],
    ]);
    expect(median(wholes(found.functions[0]!.warm))).toBeCloseTo(50, -0.5);
    expect(median(wholes(found.functions[0]!.cold))).toBeCloseTo(300, -1.5);
  });

  it('exclude the time that a request spends outside the execution environment', async () => {
    const found = await service({});
    // The trace does not cover 8 ms: 4 ms are spent in the runtime, 4 ms outside the environment.
    expect(found.overheadMs).toBeCloseTo(OUTSIDE_MS, 6);
  });

  it('include the initialisation, which takes a third of a cold request in this file', async () => {
    const { cold } = (await service({})).functions[0]!;
    for (const { initMs, runMs } of cold) expect(initMs / (initMs + runMs)).toBeCloseTo(1 / 3, 1);
  });

  it('are divided between the three functions of a query in proportion to their billed time', async () => {
    const found = await service({ route: 'query' });
    const [baseline, retrieve, generate] = found.functions.map(({ warm }) => median(wholes(warm)));
    expect(
      [baseline! / 50, retrieve! / 50, generate! / 50].map((share) => Math.round(share * 20) / 20),
    ).toEqual([0.2, 0.5, 0.3]);
  });

  it('can be selected by variant and by step', async () => {
    const variants = [{ name: 'flat' }, { name: 'snapshot' }];
    const found = await service({ variants, steps: [1, 2] }, { variant: 'snapshot', step: 1 });
    expect(found).toMatchObject({ variant: { name: 'snapshot' }, step: 1, ratePerSecond: 2 });
    expect(median(wholes(found.functions[0]!.warm))).toBeCloseTo(100, -1);
  });

  it('come with a note if the environments were busy in the step from which the times are taken', async () => {
    const found = await service({ steps: [100], variants: [{ name: 'snapshot', concurrency: 10 }] });
    expect(found.busyShare).toBeCloseTo(0.54, 1);
    expect(found.notes).toEqual([expect.stringMatching(/5\d % of the environments busy/)]);
  });

  it.each([
    [{ warm: 99 }, { population: 'warm', found: 99, needed: 100 }],
    [{ warm: 0 }, { population: 'warm', found: 0, needed: 100 }],
    [{ cold: 9 }, { population: 'cold', found: 9, needed: 10 }],
  ])('are refused if there are too few samples: %j', async (parts, fields) => {
    await expect(service(parts)).rejects.toMatchObject({ code: 'TOO_FEW_SAMPLES', fields });
  });

  it('are refused for an unknown variant or step, with an error that names the existing ones', async () => {
    const variants = [{ name: 'flat' }, { name: 'snapshot' }];
    await expect(service({ variants })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      remedy: expect.stringContaining('flat, snapshot'),
    });
    await expect(service({ variants }, { variant: 'snapshit' })).rejects.toMatchObject({
      remedy: "Did you mean 'snapshot'?",
    });
    await expect(service({}, { step: 3 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      remedy: expect.stringContaining('0 to 0'),
    });
  });
});

describe('the functions of a route', () => {
  it("match the build's manifest and its state machine", () => {
    const manifest = json('functions.json').functions as {
      name: string;
      memoryMb: number;
      timeoutSeconds: number;
    }[];
    const states = json('state-machine.asl.json').States;
    for (const [index, { name, memoryMb, timeoutMs }] of Object.values(ROUTE_FUNCTIONS).flatMap((functions) =>
      functions.map((of, index) => [index, of] as const),
    )) {
      const built = manifest.find((each) => each.name === name)!;
      expect(memoryMb).toBe(built.memoryMb);
      if (index === 0) expect(timeoutMs).toBe(built.timeoutSeconds * 1_000);
    }
    expect(ROUTE_FUNCTIONS.query[1]!.timeoutMs).toBe(states.Retrieve.TimeoutSeconds * 1_000);
    expect(states.Generate.TimeoutSeconds).toContain(`${ROUTE_FUNCTIONS.query[2]!.timeoutMs / 1_000} - `);
    for (const { Retry } of [states.Retrieve, states.Generate]) {
      const { MaxAttempts, IntervalSeconds, BackoffRate, MaxDelaySeconds, JitterStrategy } = Retry[0];
      expect(STEP_RETRY.attempts).toBe(MaxAttempts + 1);
      expect(STEP_RETRY.pausesMs).toEqual(
        [0, 1].map((retry) => Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** retry) * 1_000),
      );
      expect(JitterStrategy).toBe('FULL');
    }
  });
});
