import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPrices, type PriceTable } from '../../../../src/api/cost/index.ts';
import {
  AWS_LIMITS,
  type FigureName,
  limitsOf,
  measuredService,
  openResultFile,
  parsePlan,
  type Scenario,
  simulate,
} from '../../../../src/measure/index.ts';
import { resultFile } from '../../../support/result-file.ts';

let prices: PriceTable;
let scenario: Scenario;
let folder: string;

async function scenarioOf(route: 'retrieve' | 'query'): Promise<Scenario> {
  const service = await measuredService(await openResultFile(await resultFile({ route, folder })));
  return {
    ...service,
    variant: 'snapshot',
    limits: limitsOf('aws'),
    architecture: 'arm64',
    gateway: 'rest',
    creationMs: 0,
  };
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'srag-test-'));
  prices = await loadPrices('us-east-1');
  scenario = await scenarioOf('retrieve');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a simulation', () => {
  const plan = parsePlan('constant 100/s for 60s');

  it('returns figures with intervals that come from resampling the samples', async () => {
    const { figures, counts } = await simulate(scenario, plan, { prices });
    expect(counts.arrivals).toBeGreaterThan(5_600);
    expect(counts.ok).toBe(counts.arrivals);
    expect(figures.p50Ms.value).toBeCloseTo(54, -0.7);
    for (const { value, interval } of [figures.p50Ms, figures.p95Ms, figures.warmP95Ms, figures.coldP50Ms]) {
      expect(interval![0]).toBeLessThan(value!);
      expect(interval![1]).toBeGreaterThan(value!);
      expect(interval![1] - interval![0]).toBeLessThan(value! / 3);
    }
  });

  it('returns the same result for the same seed, and has other arrivals for another seed', async () => {
    const of = (seed: number) => simulate(scenario, plan, { prices, seed, replications: 2 });
    expect(await of(3)).toEqual(await of(3));
    expect((await of(3)).counts.arrivals).not.toBe((await of(4)).counts.arrivals);
  });

  it('has the same arrivals if only the limits change', async () => {
    const limits = { ...scenario.limits, accountConcurrency: 3 };
    const narrow = await simulate({ ...scenario, limits }, plan, { prices, replications: 0 });
    const wide = await simulate(scenario, plan, { prices, replications: 0 });
    expect(narrow.counts.arrivals).toBe(wide.counts.arrivals);
    expect(narrow.figures.throttledShare.value).toBeGreaterThan(0.5);
  });

  it('has no intervals without replications, and no cold figures without cold requests', async () => {
    const functions = scenario.functions.map((of) => ({ ...of, provisioned: 50 }));
    const { figures } = await simulate({ ...scenario, functions }, plan, { prices, replications: 0 });
    expect(figures.coldP50Ms).toEqual({ value: undefined, interval: undefined });
    expect(figures.coldShare.value).toBe(0);
    expect(figures.p50Ms.interval).toBeUndefined();
  });

  it('returns cost lines that follow from its counts, and their sum', async () => {
    const { costLines, counts, functions, figures } = await simulate(scenario, plan, {
      prices,
      replications: 0,
    });
    const line = (name: string) => costLines.find((each) => each.name === name)!;
    expect(line('lambda.compute.retrieve').quantity).toBeCloseTo(
      functions[0]!.billedSeconds * (1_769 / 1_024),
      6,
    );
    expect(line('lambda.requests').quantity).toBe(counts.arrivals);
    expect(line('gateway.requests').quantity).toBe(counts.arrivals);
    expect(line('storage.reads').quantity).toBeCloseTo(counts.cold * 10 + (counts.ok - counts.cold) * 2, 6);
    const sum = costLines.reduce((total, { usd }) => total + usd, 0);
    expect(figures.costUsd.value).toBeCloseTo(sum, 12);
    expect(figures.costUsdPerMillion.value).toBeCloseTo((sum / counts.ok) * 1e6, 9);
    expect(costLines.map(({ name }) => name).filter((name) => name === 'gateway.requests')).toHaveLength(1);
  });

  it('bills requests throttled by functions, but not those throttled by the gateway', async () => {
    const limits = { ...scenario.limits, gatewayPerSecond: 50, gatewayBurst: 10, accountConcurrency: 2 };
    const { costLines, counts, functions } = await simulate({ ...scenario, limits }, plan, {
      prices,
      replications: 0,
    });
    expect(counts.throttled.gateway).toBeGreaterThan(1_000);
    expect(counts.throttled.concurrency + counts.throttled.requestRate).toBeGreaterThan(1_000);
    const quantity = (name: string) => costLines.find((each) => each.name === name)!.quantity;
    expect(quantity('gateway.requests')).toBe(counts.arrivals - counts.throttled.gateway);
    expect(quantity('lambda.requests')).toBe(functions[0]!.invocations);
  });

  it('bills idle environments of provisioned concurrency', async () => {
    const functions = scenario.functions.map((of) => ({ ...of, provisioned: 50 }));
    const { costLines } = await simulate({ ...scenario, functions }, plan, { prices, replications: 0 });
    const quantity = costLines.find(({ name }) => name === 'provisioned.retrieve')!.quantity;
    expect(quantity).toBeCloseTo(50 * 60 * (1_769 / 1_024), 6);
  });

  it('runs a query through three functions, the first of which waits for the others', async () => {
    const query = await scenarioOf('query');
    const { functions, counts, costLines } = await simulate(query, plan, { prices, replications: 0 });
    expect(functions.map(({ name }) => name)).toEqual(['baseline', 'retrieve', 'generate']);
    expect(functions.map(({ invocations }) => invocations)).toEqual(Array(3).fill(counts.arrivals));
    expect(functions[0]!.busyMean).toBeCloseTo((functions[1]!.busyMean + functions[2]!.busyMean) / 0.8, 0);
    expect(costLines.find(({ name }) => name === 'state-machine.requests')!.quantity).toBe(counts.arrivals);
  });

  it('reports its progress and ends when aborted', async () => {
    const abort = new AbortController();
    const shares: number[] = [];
    const running = simulate(scenario, plan, {
      prices,
      signal: abort.signal,
      onProgress: ({ run, runs, share }) => {
        shares.push((run + share) / runs);
        if (run === 3) abort.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.length).toBeGreaterThan(3);
  });

  it.each([-1, 1.5, 1_001])('refuses %d replications', async (replications) => {
    await expect(simulate(scenario, plan, { prices, replications })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: { field: 'replications', value: replications },
    });
  });
});

describe('sampled simulations', () => {
  it.each([
    'constant 1000/s for 15min',
    'ramp 50/s to 1500/s for 20min',
    'constant 300/s for 10min; constant 900/s for 10min; constant 100/s for 20min',
    'on-off 400/s for 5min, idle 10min, 2 times',
  ])('agree with the simulation of every request: %s', async (text) => {
    const plan = parsePlan(text);
    const all = await simulate(scenario, plan, { prices, replications: 0, requests: 'all' });
    const sampled = await simulate(scenario, plan, { prices, replications: 0, requests: 'sampled' });
    expect(sampled.counts.simulated).toBeLessThan(0.7 * all.counts.simulated);
    const near = (a: number, b: number, share: number): void =>
      expect(Math.abs(a / b - 1)).toBeLessThan(share);
    const value = (name: FigureName, of = all): number => of.figures[name].value!;
    near(sampled.counts.arrivals, all.counts.arrivals, 0.005);
    for (const name of ['p50Ms', 'p95Ms', 'p99Ms', 'costUsd', 'busyMean'] as const)
      near(value(name, sampled), value(name), 0.02);
    near(value('environmentsPeak', sampled), value('environmentsPeak'), 0.25);
    expect(Math.abs(value('coldShare', sampled) - value('coldShare'))).toBeLessThan(0.0002);
    near(value('coldShare', sampled), value('coldShare'), 0.25);
    const { ok, errors, timeouts, throttled, arrivals } = sampled.counts;
    near(ok + errors + timeouts + throttled.concurrency, arrivals, 1e-9);
  });

  it('agree with the simulation of every request even if environments time out and are replaced continuously', async () => {
    const slow = { initMs: 0, runMs: 20_000, isError: false };
    const functions = scenario.functions.map((of) => ({
      ...of,
      warm: of.warm.map((sample, index) => (index % 200 === 0 ? slow : sample)),
    }));
    const plan = parsePlan('constant 100/s for 2h');
    const timingOut = { ...scenario, functions };
    const all = await simulate(timingOut, plan, { prices, replications: 0, requests: 'all' });
    const sampled = await simulate(timingOut, plan, { prices, replications: 0, requests: 'sampled' });
    expect(all.figures.coldShare.value).toBeGreaterThan(0.004);
    expect(sampled.counts.simulated).toBeLessThan(0.8 * all.counts.simulated);
    expect(Math.abs(sampled.figures.coldShare.value! / all.figures.coldShare.value! - 1)).toBeLessThan(0.2);
    expect(Math.abs(sampled.figures.timeoutShare.value! / all.figures.timeoutShare.value! - 1)).toBeLessThan(
      0.2,
    );
  });

  it('throttle the same share of requests as the simulation of every request if a limit is reached', async () => {
    const limits = { ...scenario.limits, accountConcurrency: 40 };
    const plan = parsePlan('ramp 100/s to 1000/s for 20min');
    const narrow = { ...scenario, limits };
    const all = await simulate(narrow, plan, { prices, replications: 0, requests: 'all' });
    const sampled = await simulate(narrow, plan, { prices, replications: 0, requests: 'sampled' });
    const share = (of: typeof all): number => of.figures.throttledShare.value!;
    expect(share(all)).toBeGreaterThan(0.05);
    expect(Math.abs(share(sampled) - share(all))).toBeLessThan(0.003);
  });
});

describe('the limits of a simulated cloud', () => {
  it('state a source, a month and a unit if they are limits of AWS', () => {
    for (const limit of Object.values(AWS_LIMITS.limits))
      expect(limit).toMatchObject({
        value: expect.any(Number),
        unit: expect.any(String),
        source: expect.stringMatching(/^https:/),
        notedOn: expect.stringMatching(/^20\d\d-\d\d$/),
      });
  });

  it('have presets for AWS, a new account and the laptop cloud', () => {
    expect(limitsOf('aws')).toMatchObject({
      gatewayPerSecond: 10_000,
      gatewayBurst: 5_000,
      gatewayTimeoutMs: 29_000,
      accountConcurrency: 1_000,
      scalingEnvironments: 1_000,
      scalingPeriodMs: 10_000,
    });
    expect(limitsOf('aws-new-account').accountConcurrency).toBe(10);
    expect(limitsOf('laptop')).toMatchObject({ gatewayPerSecond: 1_000, gatewayBurst: 2_000 });
  });
});
