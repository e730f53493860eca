import { describe, expect, it } from 'vitest';
import { RequestMeter } from '../../../../src/api/service/request-meter.ts';
import type { StorageUse } from '../../../../src/core/index.ts';
import { ReadMeter } from '../../../../src/indexes/snapshot/reading/read-meter.ts';

const use = (reads: number, waves: number): StorageUse => ({
  reads,
  bytes: 100 * reads,
  waves,
  cacheHits: reads + 1,
});
const meterOf = (isStep = false): RequestMeter =>
  new RequestMeter(
    {
      host: { functionName: 'stream', memoryMb: 1_024, architecture: 'arm64', gateway: 'rest' },
      costOf: () => ({ totalUsd: 0, lines: [], priceTable: 'none' }),
    },
    isStep,
  );

describe('storage use of a request', () => {
  it('adds up the reads, bytes and waves of consecutive reads', () => {
    const meter = meterOf();
    meter.read(use(1, 0));
    meter.read(use(5, 3));
    meter.read(undefined);
    meter.read(use(2, 4));
    expect(meter.trace.storage).toEqual({ reads: 8, bytes: 800, waves: 7, cacheHits: 11 });
    expect(meter.use.storage).toEqual({ reads: 8, writes: 0, bytes: 800 });
  });

  it("includes the usage of the request's steps, which the property `own` excludes", () => {
    const steps = [use(4, 2), use(6, 3)].map((storage) => {
      const step = meterOf(true);
      step.read(storage);
      return step.own;
    });
    const meter = meterOf();
    meter.read(use(1, 1));
    meter.joined(steps);
    expect(meter.trace.storage).toMatchObject({ reads: 11, waves: 6 });
    expect(meter.use.storage).toEqual({ reads: 11, writes: 0, bytes: 1_100 });
    expect(meter.own.use.storage?.reads).toBe(1);
    expect(meter.use.functions).toHaveLength(3);
    expect(meter.use.gateway?.requests).toBe(1);
    expect(steps.every(({ use: own }) => own.gateway === undefined)).toBe(true);
  });
});

describe('waves', () => {
  it('count overlapping requests once, and each sequential request separately', () => {
    const meter = new ReadMeter();
    const [first, second] = [meter.started(), meter.started()];
    first(10);
    const third = meter.started();
    second(20);
    expect(meter.use).toMatchObject({ reads: 3, bytes: 30, waves: 1 });
    third(30);
    expect(meter.use).toMatchObject({ reads: 3, bytes: 60, waves: 2 });
    meter.started()(1);
    expect(meter.use.waves).toBe(3);
  });
});
