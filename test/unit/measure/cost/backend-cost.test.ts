import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPrices, type PriceTable, projectMonth } from '../../../../src/api/cost/index.ts';
import { INDEX_KINDS } from '../../../../src/indexes/registry.ts';
import {
  assumedFigures,
  assumptionsFor,
  BACKEND_NAMES,
  type BackendName,
  backendCost,
  backendOfKind,
  DEFAULT_WORKLOAD,
  planOf,
  storedBytes,
  type Workload,
} from '../../../../src/measure/cost/index.ts';

let prices: PriceTable;
beforeAll(async () => {
  prices = await loadPrices('us-east-1');
});

const costOf = (backend: BackendName, workload: Workload) =>
  backendCost(backend, workload, assumedFigures(backend, workload), prices);

const backends = fc.constantFrom(...BACKEND_NAMES);
const workloads = fc
  .record({
    requestsPerSecond: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 2_000, noNaN: true })),
    peakRatio: fc.double({ min: 1, max: 20, noNaN: true }),
    rows: fc.integer({ min: 1, max: 50_000_000 }),
    dimensions: fc.integer({ min: 1, max: 4_096 }),
    textBytesPerRow: fc.integer({ min: 0, max: 20_000 }),
    updatedRowsPerDay: fc.integer({ min: 0, max: 1_000_000 }),
    route: fc.constantFrom('retrieve' as const, 'query' as const),
    managedNodes: fc.integer({ min: 1, max: 6 }),
    servers: fc.integer({ min: 1, max: 4 }),
    topK: fc.integer({ min: 1, max: 100 }),
  })
  .map(
    ({ peakRatio, ...some }): Workload => ({
      ...DEFAULT_WORKLOAD,
      ...some,
      peakRequestsPerSecond: some.requestsPerSecond * peakRatio,
    }),
  );
/** Differences in floating-point arithmetic are far below a cent. */
const ROUNDING = 1e-6;

describe('backendCost', () => {
  it('returns the sum of its lines, and at least the idle cost', () => {
    fc.assert(
      fc.property(backends, workloads, (backend, workload) => {
        const { lines, usdPerMonth, idleUsdPerMonth, usdPerMillion } = costOf(backend, workload);
        for (const { quantity, unitPriceUsd, usd } of lines) expect(usd).toBe(quantity * unitPriceUsd);
        expect(usdPerMonth).toBe(lines.reduce((sum, { usd }) => sum + usd, 0));
        expect(usdPerMonth).toBeGreaterThanOrEqual(idleUsdPerMonth - ROUNDING);
        const requests = workload.requestsPerSecond * 730 * 3_600;
        if (requests === 0) expect(usdPerMillion).toBeUndefined();
        else expect((usdPerMillion! * requests) / 1e6 / usdPerMonth).toBeCloseTo(1, 9);
      }),
      { numRuns: 300 },
    );
  });

  it('does not decrease with the request rate, the rows or the updates', () => {
    fc.assert(
      fc.property(
        backends,
        workloads,
        fc.double({ min: 1, max: 50, noNaN: true }),
        (backend, less, factor) => {
          const usd = costOf(backend, less).usdPerMonth;
          const more = (change: Partial<Workload>) => costOf(backend, { ...less, ...change }).usdPerMonth;
          const { requestsPerSecond, peakRequestsPerSecond } = less;
          const margin = usd * 1e-9 + ROUNDING;
          expect(
            more({
              requestsPerSecond: requestsPerSecond * factor,
              peakRequestsPerSecond: peakRequestsPerSecond * factor,
            }),
          ).toBeGreaterThanOrEqual(usd - margin);
          expect(more({ rows: Math.ceil(less.rows * factor) })).toBeGreaterThanOrEqual(usd - margin);
          expect(
            more({ updatedRowsPerDay: Math.ceil(less.updatedRowsPerDay * factor) }),
          ).toBeGreaterThanOrEqual(usd - margin);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('equals srag cost for a snapshot with the same assumptions, line by line', () => {
    fc.assert(
      fc.property(workloads, (some) => {
        const workload = { ...some, updatedRowsPerDay: 0 };
        const figures = { ...assumedFigures('snapshot', workload), warmReads: 0 };
        const assumptions = assumptionsFor(workload, figures, storedBytes(workload, figures));
        const cost = projectMonth(planOf(assumptions), prices);
        const backend = backendCost('snapshot', workload, figures, prices);
        expect(backend.lines).toEqual(cost.lines);
        expect(backend.usdPerMonth).toBe(cost.totalUsd);
      }),
      { numRuns: 50 },
    );
  });

  it('names the limits of S3 Vectors that a workload exceeds', () => {
    for (const backend of ['s3-vectors', 'bedrock-knowledge-base-s3-vectors'] as const) {
      const limitsOf = (change: Partial<Workload>) =>
        costOf(backend, { ...DEFAULT_WORKLOAD, ...change }).limits;
      expect(limitsOf({ dimensions: 4_096, filterableBytesPerRow: 2_048, topK: 10_000 })).toEqual([]);
      expect(limitsOf({ dimensions: 4_097 })).toEqual([expect.stringContaining('4,096 dimensions')]);
      expect(limitsOf({ filterableBytesPerRow: 2_049 })).toEqual([expect.stringContaining('2 KB')]);
      expect(limitsOf({ topK: 10_001 })).toEqual([expect.stringContaining('10,000 results')]);
    }
  });

  it('says which plans have no gateway, unless none is priced', () => {
    const note = (backend: BackendName, gateway: Workload['gateway']) =>
      costOf(backend, { ...DEFAULT_WORKLOAD, gateway }).assumptions.some((text) =>
        text.startsWith('no API gateway'),
      );
    for (const backend of BACKEND_NAMES) {
      const isServer = backend === 'in-memory-server' || backend.startsWith('bedrock-');
      expect([backend, note(backend, 'rest'), note(backend, 'none')]).toEqual([backend, isServer, false]);
    }
  });

  it('assumes the measured medians of a flat search, within a seventh', () => {
    for (const [rows, medianMs] of [
      [2_000, 128.9],
      [10_000, 297],
      [40_000, 1_000],
      [100_000, 2_324],
    ] as const) {
      const { warmMs } = assumedFigures('lancedb-flat', { ...DEFAULT_WORKLOAD, rows, dimensions: 384 });
      expect(Math.abs(warmMs / medianMs - 1)).toBeLessThan(1 / 7);
    }
  });

  it('refuses workloads that nobody can serve', () => {
    const bad: readonly (readonly [Partial<Workload>, RegExp])[] = [
      [{ rows: 0 }, /^rows is 0/],
      [{ rows: 1.5 }, /^rows is 1\.5/],
      [{ dimensions: 0 }, /^dimensions is 0/],
      [{ topK: 0 }, /^topK is 0/],
      [{ requestsPerSecond: -1 }, /^requestsPerSecond is -1/],
      [{ updatedRowsPerDay: Number.NaN }, /^updatedRowsPerDay is NaN/],
      [{ requestsPerSecond: 2, peakRequestsPerSecond: 1 }, /^peakRequestsPerSecond is 1/],
    ];
    for (const [change, message] of bad)
      expect(() => costOf('snapshot', { ...DEFAULT_WORKLOAD, ...change })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) }),
      );
  });

  it('prices every index kind except the one that exists for exact comparisons', () => {
    const unknown = INDEX_KINDS.filter((kind) => backendOfKind(kind, BACKEND_NAMES) === undefined);
    expect(unknown).toEqual(['opensearch-exact']);
  });
});
