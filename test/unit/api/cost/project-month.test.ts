import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  estimateCost,
  loadPrices,
  MONTH_HOURS,
  type MonthPlan,
  type PriceTable,
  projectMonth,
  type RequestUse,
} from '../../../../src/api/cost/index.ts';

let prices: PriceTable;
beforeAll(async () => {
  prices = await loadPrices('ap-northeast-2');
});

const use = (durationMs: number, reads: number): RequestUse => ({
  functions: [{ name: 'retrieve', memoryMb: 1_024, architecture: 'arm64', durationMs }],
  gateway: { kind: 'rest', requests: 1, bytesOut: 2 ** 20 },
  storage: { reads, writes: 0, bytes: 0 },
});
const priceOf = (name: string): number => prices.prices[name]!.usd / prices.prices[name]!.per;
const PLAN: MonthPlan = {
  requestsPerMonth: 1_000_000,
  cacheHitRate: 0,
  coldShare: 0.25,
  warm: use(10, 0),
  cold: use(400, 16),
};
const quantityOf = (plan: Partial<MonthPlan>, name: string) =>
  projectMonth({ ...PLAN, ...plan }, prices).lines.find((line) => line.name === name)?.quantity;

describe('projectMonth', () => {
  it('weights warm, cold and cached requests by their shares', () => {
    expect(quantityOf({}, 'lambda.compute.retrieve')).toBe(750_000 * 0.01 + 250_000 * 0.4);
    expect(quantityOf({}, 'storage.reads')).toBe(250_000 * 16);
    expect(quantityOf({}, 'gateway.requests')).toBe(1_000_000);
    const cached = {
      cacheHitRate: 0.5,
      cached: { gateway: { kind: 'rest', requests: 1, bytesOut: 0 } },
    } as const;
    expect(quantityOf(cached, 'gateway.requests')).toBe(1_000_000);
    expect(quantityOf(cached, 'lambda.requests')).toBe(500_000);
    expect(quantityOf(cached, 'storage.reads')).toBe(125_000 * 16);
  });

  it('returns the same cost as estimateCost for a single warm request', () => {
    const month = projectMonth({ ...PLAN, coldShare: 0, requestsPerMonth: 1 }, prices);
    expect(month).toEqual(estimateCost(PLAN.warm, prices));
  });

  it('includes storage at rest, warm-ups, provisioned concurrency and fixed prices', () => {
    const plan: Partial<MonthPlan> = {
      atRest: { storageBytes: 5 * 2 ** 30, cacheBytes: 2 ** 30, cacheKind: 's3', logBytes: 2 ** 29 },
      warmup: { everyMinutes: 5, use: use(100, 0) },
      provisioned: { name: 'retrieve', memoryMb: 2_048, architecture: 'arm64', concurrency: 3 },
      fixed: [{ price: 'cloudwatch.custom-metric', quantity: 40 }],
    };
    const month = projectMonth({ ...PLAN, ...plan }, prices);
    const lines = Object.fromEntries(month.lines.map((line) => [line.name, line]));
    expect(lines['rest.storage']).toMatchObject({ quantity: 5, unitPriceUsd: 0.025, usd: 0.125 });
    expect(lines['rest.cache']).toMatchObject({ quantity: 1, unitPriceUsd: 0.025 });
    expect(lines['rest.logs']).toMatchObject({ quantity: 0.5, unitPriceUsd: 0.0314 });
    expect(lines['warmup.lambda.requests']?.quantity).toBe(8_760);
    expect(lines['warmup.schedule']).toMatchObject({
      quantity: 8_760,
      unitPriceUsd: priceOf('eventbridge.schedules'),
    });
    expect(lines['warmup.lambda.compute.retrieve']?.quantity).toBeCloseTo(876, 9);
    expect(lines['provisioned.retrieve']?.quantity).toBe(2 * 3 * MONTH_HOURS * 3_600);
    expect(lines['fixed.cloudwatch.custom-metric']).toMatchObject({ quantity: 40, usd: 12 });
    expect(month.totalUsd).toBe(month.lines.reduce((sum, { usd }) => sum + usd, 0));
  });

  it('bills stored cached answers at the price of DynamoDB storage by default', () => {
    const { lines } = projectMonth({ ...PLAN, atRest: { cacheBytes: 2 ** 30 } }, prices);
    expect(lines.find(({ name }) => name === 'rest.cache')).toMatchObject({
      quantity: 1,
      unitPriceUsd: priceOf('dynamodb.storage'),
    });
  });

  it('includes usage shared by all requests, and bills provisioned concurrency by the hour', () => {
    const used = [{ price: 'cloudwatch.custom-metric', quantity: 2 }];
    expect(quantityOf({ used }, 'used.cloudwatch.custom-metric')).toBe(2);
    const provisioned = {
      name: 'f',
      memoryMb: 512,
      architecture: 'x86_64',
      concurrency: 2,
      hours: 10,
    } as const;
    expect(quantityOf({ provisioned }, 'provisioned.f')).toBe(0.5 * 2 * 36_000);
  });

  it('includes updates with their models, and lists those of an unknown model as unpriced', () => {
    const updates = {
      use: { embedding: { model: 'amazon.titan-embed-text-v2:0', tokens: 5_000 } },
      priced: [{ price: 's3.writes', quantity: 7 }],
    };
    expect(quantityOf({ updates }, 'updates.embedding.tokens')).toBe(5_000);
    expect(quantityOf({ updates }, 'updates.s3.writes')).toBe(7);
    const unknown = { ...updates, use: { embedding: { model: 'brand.new', tokens: 1 } } };
    expect(projectMonth({ ...PLAN, updates: unknown }, prices).unpriced).toEqual([
      'updates.embedding.tokens',
    ]);
    const negative = { use: {}, priced: [{ price: 's3.writes', quantity: -1 }] };
    expect(() => projectMonth({ ...PLAN, updates: negative }, prices)).toThrow('updates.s3.writes is -1');
  });

  it('lists a fixed cost without a price as unpriced', () => {
    const month = projectMonth({ ...PLAN, fixed: [{ price: 'nat.gateway', quantity: 1 }] }, prices);
    expect(month.unpriced).toEqual(['fixed.nat.gateway']);
  });

  it.each<[string, Partial<MonthPlan>]>([
    ['requestsPerMonth', { requestsPerMonth: -1 }],
    ['requestsPerMonth', { requestsPerMonth: Number.NaN }],
    ['coldShare', { coldShare: 1.01 }],
    ['coldShare', { coldShare: -0.1 }],
    ['cacheHitRate', { cacheHitRate: 2, cached: {} }],
    ['cached', { cacheHitRate: 0.1 }],
    ['atRest.storageBytes', { atRest: { storageBytes: -5 } }],
    ['atRest.cacheBytes', { atRest: { cacheBytes: Number.NaN } }],
    ['atRest.logBytes', { atRest: { logBytes: -1 } }],
    ['warmup.everyMinutes', { warmup: { everyMinutes: 0, use: {} } }],
    ['warmup.everyMinutes', { warmup: { everyMinutes: -1, use: {} } }],
    [
      'provisioned.hours',
      { provisioned: { name: 'f', memoryMb: 1, architecture: 'arm64', concurrency: 1, hours: -1 } },
    ],
    [
      'provisioned.memoryMb',
      { provisioned: { name: 'f', memoryMb: -1, architecture: 'arm64', concurrency: 1 } },
    ],
    [
      'provisioned.concurrency',
      { provisioned: { name: 'f', memoryMb: 1, architecture: 'arm64', concurrency: -1 } },
    ],
    ['fixed.kms.key', { fixed: [{ price: 'kms.key', quantity: Number.POSITIVE_INFINITY }] }],
    ['lambda.compute.retrieve', { requestsPerMonth: Number.MAX_VALUE, warm: use(1e300, 0), coldShare: 0 }],
  ])('rejects an invalid %s', (field, plan) => {
    expect(() => projectMonth({ ...PLAN, ...plan }, prices)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(field === 'cached' ? 'cached answer' : field),
        remedy: expect.stringMatching(/Use a|Set 'cached'|Check the quantities/),
        fields: expect.objectContaining({ field }),
      }),
    );
  });

  it('never returns a lower cost for more requests, more cold starts or more storage at rest', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const count = fc.double({ min: 0, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(count, count, share, share, share, count, (requests, more, cold, moreCold, hit, bytes) => {
        const plan: MonthPlan = {
          ...PLAN,
          requestsPerMonth: requests,
          coldShare: Math.min(cold, moreCold),
          cacheHitRate: hit,
          cached: { logs: { bytes: 100 } },
        };
        const total = projectMonth(plan, prices).totalUsd * (1 - 1e-9);
        const of = (change: Partial<MonthPlan>) => projectMonth({ ...plan, ...change }, prices).totalUsd;
        expect(of({ requestsPerMonth: requests + more })).toBeGreaterThanOrEqual(total);
        expect(of({ coldShare: Math.max(cold, moreCold) })).toBeGreaterThanOrEqual(total);
        expect(of({ atRest: { storageBytes: bytes } })).toBeGreaterThanOrEqual(total);
      }),
    );
  });
});
