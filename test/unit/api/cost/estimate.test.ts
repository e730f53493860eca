import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  COST_KINDS,
  type Cost,
  estimateCost,
  loadPrices,
  overridePrices,
  type PriceTable,
  type RequestUse,
  usdByKind,
} from '../../../../src/api/cost/index.ts';

let prices: PriceTable;
beforeAll(async () => {
  prices = await loadPrices('us-east-1');
});

const lineOf = (cost: Cost, name: string) => cost.lines.find((line) => line.name === name);
const GIGABYTE = 1_073_741_824;

/** A request that uses every billed service. */
const WHOLE: RequestUse = {
  functions: [
    { name: 'baseline', memoryMb: 512, architecture: 'arm64', durationMs: 1_800.2 },
    { name: 'retrieve', memoryMb: 1_769, architecture: 'arm64', durationMs: 210.5, initMs: 140.1 },
    { name: 'generate', memoryMb: 512, architecture: 'x86_64', durationMs: 1_400, streamedBytes: 5_000 },
  ],
  gateway: { kind: 'rest', requests: 1, bytesOut: 12_000 },
  stateMachine: { kind: 'express', durationMs: 1_701, memoryMb: 65 },
  storage: { reads: 16, writes: 1, bytes: 8_000_000 },
  embedding: { model: 'bedrock-titan:amazon.titan-embed-text-v2:0:512', tokens: 12 },
  generation: {
    model: 'bedrock:us.anthropic.claude-haiku-4-5-20251001-v1:0',
    inputTokens: 3_000,
    outputTokens: 250,
  },
  rerank: { model: 'bedrock:cohere.rerank-v3-5:0', documents: 101 },
  logs: { bytes: 2_048 },
  cache: { kind: 'dynamodb', reads: 0.5, writes: 4 },
  queue: { kind: 'fifo', requests: 3 },
  parameters: { reads: 1 },
  traces: { recorded: 1 },
};

describe('estimateCost', () => {
  it('returns lines with values that were computed by hand', () => {
    const cost = estimateCost(WHOLE, prices);
    expect(cost.priceTable).toBe('2026-11-24-us-east-1');
    const expected: readonly (readonly [string, number, string, number])[] = [
      ['lambda.compute.baseline', (512 / 1_024) * 1.801, 'GB-s', 0.0000133334],
      ['lambda.requests', 3, 'request', 0.2 / 1e6],
      ['lambda.compute.retrieve', (1_769 / 1_024) * 0.351, 'GB-s', 0.0000133334],
      ['lambda.compute.generate', 0.5 * 1.4, 'GB-s', 0.0000166667],
      ['gateway.requests', 1, 'request', 3.5 / 1e6],
      ['gateway.transfer', 12_000 / GIGABYTE, 'GB', 0.09],
      ['state-machine.requests', 1, 'request', 1 / 1e6],
      ['state-machine.duration', 1.8 * 0.125, 'GB-s', 0.06 / 3_600],
      ['storage.reads', 16, 'request', 0.0004 / 1e3],
      ['storage.writes', 1, 'request', 0.005 / 1e3],
      ['storage.transfer', 8_000_000 / GIGABYTE, 'GB', 0],
      ['embedding.tokens', 12, 'token', 0.02 / 1e6],
      ['generation.input-tokens', 3_000, 'token', 1.1 / 1e6],
      ['generation.output-tokens', 250, 'token', 5.5 / 1e6],
      ['rerank.queries', 2, 'query', 2 / 1e3],
      ['cache.reads', 0.5, 'read unit', 0.125 / 1e6],
      ['cache.writes', 4, 'write unit', 0.625 / 1e6],
      ['logs.ingestion', 2_048 / GIGABYTE, 'GB', 0.5],
      ['queue.requests', 3, 'request', 0.5 / 1e6],
      ['parameters.reads', 1, 'request', 0],
      ['traces.recorded', 1, 'trace', 5 / 1e6],
    ];
    expect(cost.lines).toEqual(
      expected.map(([name, quantity, unit, unitPriceUsd]) => ({
        name,
        quantity,
        unit,
        unitPriceUsd,
        usd: quantity * unitPriceUsd,
      })),
    );
    expect(cost.totalUsd).toBe(cost.lines.reduce((sum, { usd }) => sum + usd, 0));
    expect(cost.unpriced).toBeUndefined();
  });

  it('returns 0 and no lines for unused and free services', () => {
    expect(estimateCost({}, prices)).toEqual({ totalUsd: 0, lines: [], priceTable: prices.id });
    const nothing: RequestUse = {
      storage: { reads: 0, writes: 0, bytes: 0 },
      cache: { kind: 'memory', reads: 9, writes: 9 },
      generation: { model: 'extractive', inputTokens: 900, outputTokens: 90 },
      embedding: { model: 'hashing:512', tokens: 9 },
      rerank: { model: 'transformers:some/model', documents: 50 },
      gateway: { kind: 'none', requests: 1, bytesOut: 0 },
    };
    expect(estimateCost(nothing, prices).lines).toEqual([]);
  });

  it('bills the sum of initialisation and duration, rounded up to a millisecond', () => {
    const run = { name: 'f', memoryMb: 1_024, architecture: 'arm64', durationMs: 10.2 } as const;
    const cold = estimateCost({ functions: [{ ...run, initMs: 100.7 }] }, prices);
    expect(lineOf(cold, 'lambda.compute.f')?.quantity).toBe(0.111);
    expect(lineOf(estimateCost({ functions: [run] }, prices), 'lambda.compute.f')?.quantity).toBe(0.011);
    const provisioned = estimateCost({ functions: [{ ...run, isProvisioned: true }] }, prices);
    expect(lineOf(provisioned, 'lambda.compute.f')?.unitPriceUsd).toBe(0.0000077778);
  });

  it.each<[RequestUse, string, string, number]>([
    [
      { stateMachine: { kind: 'standard', transitions: 7 } },
      'state-machine.transitions',
      'state-machine.standard.transitions',
      7,
    ],
    [{ gateway: { kind: 'http', requests: 2, bytesOut: 0 } }, 'gateway.requests', 'gateway.http.requests', 2],
    [{ gateway: { kind: 'none', requests: 2, bytesOut: GIGABYTE } }, 'gateway.transfer', 'transfer.out', 1],
    [{ queue: { kind: 'standard', requests: 3 } }, 'queue.requests', 'sqs.standard.requests', 3],
    [{ cache: { kind: 's3', reads: 4, writes: 0 } }, 'cache.reads', 's3.reads', 4],
    [{ cache: { kind: 's3', reads: 0, writes: 5 } }, 'cache.writes', 's3.writes', 5],
    [{ traces: { recorded: 6 } }, 'traces.recorded', 'xray.traces', 6],
    [
      { rerank: { model: 'cohere.rerank-v3-5:0', documents: 100 } },
      'rerank.queries',
      'model.cohere.rerank-v3-5.queries',
      1,
    ],
  ])('bills %j as the single line %s at the price %s', (use, name, price, quantity) => {
    const { usd, per, unit } = prices.prices[price]!;
    const unitPriceUsd = usd / per;
    expect(estimateCost(use, prices).lines).toEqual([
      { name, quantity, unit, unitPriceUsd, usd: quantity * unitPriceUsd },
    ]);
  });

  it('bills nothing for an in-memory cache or no cache', () => {
    for (const kind of ['memory', 'none'] as const)
      expect(estimateCost({ cache: { kind, reads: 3, writes: 3 } }, prices)).toMatchObject({ lines: [] });
  });

  it('bills streamed bytes only beyond the first 6 MB', () => {
    const run = { name: 'f', memoryMb: 1_024, architecture: 'arm64', durationMs: 10 } as const;
    const bytes = (streamedBytes: number) =>
      lineOf(estimateCost({ functions: [{ ...run, streamedBytes }] }, prices), 'lambda.streaming')?.quantity;
    expect(bytes(6 * 1_048_576)).toBeUndefined();
    expect(bytes(7 * 1_048_576)).toBe(1 / 1_024);
  });

  it('merges runs of the same function into one line', () => {
    const run = { name: 'f', memoryMb: 1_024, architecture: 'arm64', durationMs: 10 } as const;
    const cost = estimateCost({ functions: [run, run] }, prices);
    expect(lineOf(cost, 'lambda.compute.f')?.quantity).toBe(0.02);
    expect(lineOf(cost, 'lambda.requests')?.quantity).toBe(2);
  });

  it('lists quantities without a price as unpriced', () => {
    const cost = estimateCost(
      {
        generation: { model: 'openai-compatible:llama-4', inputTokens: 5, outputTokens: 6 },
        rerank: { model: 'bedrock:new.rerank-v9:0', documents: 10 },
        logs: { bytes: 10 },
      },
      prices,
    );
    expect(cost.unpriced).toEqual(['generation.input-tokens', 'generation.output-tokens', 'rerank.queries']);
    expect(cost.lines.map(({ name }) => name)).toEqual(['logs.ingestion']);
    const added = overridePrices(prices, {
      'model.llama-4.input-tokens': 1e-7,
      'model.llama-4.output-tokens': 2e-7,
    });
    const use = { generation: { model: 'openai-compatible:llama-4', inputTokens: 5, outputTokens: 6 } };
    expect(estimateCost(use, added)).toMatchObject({ totalUsd: 5 * 1e-7 + 6 * 2e-7 });
  });

  it('returns a cost for each kind of usage, and these costs add up to the total', () => {
    const cost = estimateCost(WHOLE, prices);
    const sums = usdByKind(cost);
    expect(Object.keys(sums).sort()).toEqual([...COST_KINDS].sort());
    const total = Object.values(sums).reduce((sum, usd) => sum + usd, 0);
    expect(total).toBeCloseTo(cost.totalUsd, 15);
    expect(sums.rerank).toBe(2 * (2 / 1e3));
  });

  it.each([
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 1.1 / 1e6],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 1.1 / 1e6],
    ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 1 / 1e6],
    ['anthropic.claude-sonnet-4-20250514-v1:0', 3 / 1e6],
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 3.3 / 1e6],
    ['bedrock:amazon.nova-lite-v1:0', 0.06 / 1e6],
    ['arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-pro-v1:0', 0.8 / 1e6],
    ['anthropic.claude-haiku-4-6-20260101-v1:0', undefined],
    ['anthropic.claude-haiku-4', undefined],
    ['amazon.nova-lite-plus-v1:0', undefined],
    ['nova', undefined],
    ['amazon.nova-lite-v1:0:24k', 0.06 / 1e6],
    ['xarn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon.nova-pro-v1:0', undefined],
    ['my-own/model', 1],
    ['my-own', 2],
  ])('prices an input token of %s at %s USD', (model, unitPriceUsd) => {
    // An exact model id takes precedence over the longest model name that the id begins with.
    const own = overridePrices(prices, {
      ...{ 'model.my-own.input-tokens': 2, 'model.my-own/model.input-tokens': 1, 'model.my-own.queries': 3 },
    });
    const cost = estimateCost({ generation: { model, inputTokens: 1, outputTokens: 0 } }, own);
    expect(lineOf(cost, 'generation.input-tokens')?.unitPriceUsd).toBe(unitPriceUsd);
    expect(cost.unpriced).toEqual(unitPriceUsd === undefined ? ['generation.input-tokens'] : undefined);
  });

  it.each<[string, RequestUse]>([
    [
      'functions.f.durationMs',
      { functions: [{ name: 'f', memoryMb: 1, architecture: 'arm64', durationMs: -1 }] },
    ],
    [
      'functions.f.memoryMb',
      { functions: [{ name: 'f', memoryMb: Number.NaN, architecture: 'arm64', durationMs: 1 }] },
    ],
    ['gateway.bytesOut', { gateway: { kind: 'rest', requests: 1, bytesOut: Number.POSITIVE_INFINITY } }],
    ['stateMachine.memoryMb', { stateMachine: { kind: 'express', durationMs: 1, memoryMb: -64 } }],
    ['storage.reads', { storage: { reads: -1, writes: 0, bytes: 0 } }],
    ['embedding.tokens', { embedding: { model: 'none', tokens: Number.NaN } }],
    ['generation.outputTokens', { generation: { model: 'x', inputTokens: 0, outputTokens: -5 } }],
    ['rerank.documents', { rerank: { model: 'none', documents: -5 } }],
    ['logs.bytes', { logs: { bytes: '5' as unknown as number } }],
    ['cache.writes', { cache: { kind: 'memory', reads: 0, writes: Number.NaN } }],
    ['cache.reads', { cache: { kind: 's3', reads: -1, writes: 0 } }],
    ['gateway.requests', { gateway: { kind: 'none', requests: -1, bytesOut: 0 } }],
    ['stateMachine.durationMs', { stateMachine: { kind: 'express', durationMs: -1, memoryMb: 64 } }],
    ['stateMachine.transitions', { stateMachine: { kind: 'standard', transitions: -1 } }],
    ['storage.writes', { storage: { reads: 0, writes: -1, bytes: 0 } }],
    ['storage.bytes', { storage: { reads: 0, writes: 0, bytes: -1 } }],
    ['generation.inputTokens', { generation: { model: 'x', inputTokens: -5, outputTokens: 0 } }],
    ['queue.requests', { queue: { kind: 'fifo', requests: -1 } }],
    ['parameters.reads', { parameters: { reads: -1 } }],
    ['traces.recorded', { traces: { recorded: -1 } }],
    [
      'functions.f.initMs',
      { functions: [{ name: 'f', memoryMb: 1, architecture: 'arm64', durationMs: 1, initMs: -1 }] },
    ],
    [
      'functions.f.streamedBytes',
      { functions: [{ name: 'f', memoryMb: 1, architecture: 'arm64', durationMs: 1, streamedBytes: -1 }] },
    ],
  ])('rejects an invalid %s', (field, use) => {
    expect(() => estimateCost(use, prices)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(`${field} is `),
        remedy: expect.stringContaining('0 or more'),
        fields: { field, value: expect.any(String) },
      }),
    );
  });

  it('rejects quantities whose cost overflows, alone or as a sum', () => {
    const huge = Number.MAX_VALUE;
    const dear = overridePrices(prices, { 'lambda.requests': 1, 's3.reads': 10, 'logs.ingestion': huge });
    const refusal = expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/ of (storage\.reads|logs\.ingestion) is too large to be priced/),
      remedy: expect.stringContaining('quantities'),
    });
    expect(() => estimateCost({ storage: { reads: huge, writes: 0, bytes: 0 } }, dear)).toThrow(refusal);
    expect(() =>
      estimateCost({ logs: { bytes: GIGABYTE }, storage: { reads: huge / 10, writes: 0, bytes: 0 } }, dear),
    ).toThrow(refusal);
  });
});

const quantity = fc.oneof(fc.nat(1e9), fc.double({ min: 0, max: 1e12, noNaN: true }));
const use: fc.Arbitrary<RequestUse> = fc.record(
  {
    functions: fc.array(
      fc.record({
        name: fc.constantFrom('baseline', 'retrieve', 'generate'),
        memoryMb: fc.integer({ min: 128, max: 10_240 }),
        architecture: fc.constantFrom('arm64' as const, 'x86_64' as const),
        durationMs: quantity,
        initMs: quantity,
        streamedBytes: quantity,
      }),
      { maxLength: 4 },
    ),
    gateway: fc.record({
      kind: fc.constantFrom('rest' as const, 'http' as const, 'none' as const),
      requests: quantity,
      bytesOut: quantity,
    }),
    stateMachine: fc.record({
      kind: fc.constant('express' as const),
      durationMs: quantity,
      memoryMb: quantity,
    }),
    storage: fc.record({ reads: quantity, writes: quantity, bytes: quantity }),
    embedding: fc.record({
      model: fc.constantFrom('amazon.titan-embed-text-v2:0', 'none', 'x'),
      tokens: quantity,
    }),
    generation: fc.record({
      model: fc.constantFrom('amazon.nova-pro-v1:0', 'extractive', 'x'),
      inputTokens: quantity,
      outputTokens: quantity,
    }),
    rerank: fc.record({ model: fc.constantFrom('amazon.rerank-v1:0', 'none'), documents: quantity }),
    logs: fc.record({ bytes: quantity }),
    cache: fc.record({
      kind: fc.constantFrom('dynamodb' as const, 's3' as const, 'memory' as const),
      reads: quantity,
      writes: quantity,
    }),
  },
  { requiredKeys: [] },
);

/** Paths of all numeric fields of a usage record. */
function numbersOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersOf(inner, [...path, key]));
}

function withMore(value: RequestUse, path: readonly string[], more: number): RequestUse {
  const copy = structuredClone(value) as Record<string, unknown>;
  let inner = copy;
  for (const key of path.slice(0, -1)) inner = inner[key] as Record<string, unknown>;
  const last = path.at(-1)!;
  inner[last] = (inner[last] as number) + more;
  return copy as RequestUse;
}

describe('estimateCost for any usage', () => {
  it('bills every line at quantity times unit price, totals the lines, and is never negative', () => {
    fc.assert(
      fc.property(use, (one) => {
        const cost = estimateCost(one, prices);
        let sum = 0;
        for (const line of cost.lines) {
          expect(line.usd).toBe(line.quantity * line.unitPriceUsd);
          expect(line.quantity).toBeGreaterThan(0);
          expect(line.usd).toBeGreaterThanOrEqual(0);
          sum += line.usd;
        }
        expect(cost.totalUsd).toBe(sum);
        expect(new Set(cost.lines.map(({ name, unitPriceUsd }) => `${name} ${unitPriceUsd}`)).size).toBe(
          cost.lines.length,
        );
      }),
    );
  });

  it('never returns a lower cost for a larger quantity', () => {
    fc.assert(
      fc.property(use, fc.nat(), quantity, (one, pick, more) => {
        const paths = numbersOf(one);
        if (paths.length === 0) return;
        const larger = withMore(one, paths[pick % paths.length]!, more);
        expect(estimateCost(larger, prices).totalUsd).toBeGreaterThanOrEqual(
          estimateCost(one, prices).totalUsd * (1 - 1e-12),
        );
      }),
    );
  });

  it('never returns a lower cost at a higher unit price', () => {
    fc.assert(
      fc.property(use, fc.nat(), fc.double({ min: 1, max: 100, noNaN: true }), (one, pick, factor) => {
        const names = Object.keys(prices.prices);
        const name = names[pick % names.length]!;
        const { usd, per } = prices.prices[name]!;
        const dearer = overridePrices(prices, { [name]: (usd / per) * factor });
        expect(estimateCost(one, dearer).totalUsd).toBeGreaterThanOrEqual(
          estimateCost(one, prices).totalUsd * (1 - 1e-12),
        );
      }),
    );
  });
});
