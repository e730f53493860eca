import { describe, expect, it } from 'vitest';
import { arrivalTimes } from '../../../../src/measure/experiment/load/schedule.ts';
import { accuracyRows, disturbanceOf, queueLatencies } from '../../../../src/measure/selftest/accuracy.ts';
import type { ServedResult } from '../../../../src/measure/selftest/serve-cases.ts';
import { type ServedCase, servedCases } from '../../../../src/measure/selftest/served-cases.ts';

const cases = servedCases(10);
const named = (start: string): ServedCase => cases.find(({ name }) => name.startsWith(start))!;
const failures = (result: ServedResult): string[] =>
  accuracyRows(result)
    .filter(({ passed }) => !passed)
    .map(({ figure }) => figure);

/** Returns the result that an exact instrument measures in a case, with `overheadMs` added to every latency. */
function measured(served: ServedCase, overheadMs = 0.5): ServedResult {
  const { behaviour, arrivals } = served;
  const count = arrivals.length;
  const isQueue = behaviour.kind === 'queue';
  const servedMs = isQueue ? queueLatencies(arrivals, behaviour.serviceMs) : behaviour.delaysMs;
  const ended = (...endings: number[]): number =>
    isQueue ? 0 : behaviour.endings.filter((ending) => endings.includes(ending)).length;
  const others = { throttled: ended(1), error: ended(2, 3), timeout: ended(4), cancelled: 0 };
  const ok = count - others.throttled - others.error - others.timeout;
  const loop = { loopDelayMs: { p95: 0.5, p99: 1 }, utilization: 0.1 };
  return {
    served,
    block: {
      requests: count,
      outcomes: { ok, ...others },
      overflow: 0,
      latenciesMs: servedMs
        .filter((_, number) => isQueue || behaviour.endings[number] === 0)
        .map((value) => value + overheadMs),
      durationMs: 10_000,
      generator: { lateness: { p50: 0.1, p95: 0.3, p99: 0.5 }, maxLatenessMs: 1, ...loop, isValid: true },
    },
    record: { servedMs: Float64Array.from(servedMs), loop },
  };
}

describe('accuracyRows', () => {
  it.each(cases)('reports no failure if the measurements are exact: $name', (served) => {
    expect(failures(measured(served))).toEqual([]);
  });

  it('reports a failure if the instrument adds 3 % to the latencies', () => {
    expect(failures(measured(named('constant'), 9))).toEqual(['mean', 'p50', 'p95', 'p99']);
  });

  it('reports a failure if the instrument is a closed loop, which measures only service times', () => {
    const result = measured(named('queue at 150'));
    const latenciesMs = result.block.latenciesMs.map(() => 60.5);
    const closed = { ...result, block: { ...result.block, latenciesMs } };
    expect(failures(closed)).toEqual(['mean', 'p50', 'p95', 'p99', 'steady']);
  });

  it('reports a failure if the instrument omits requests or reports wrong outcomes', () => {
    const result = measured(named('faults'));
    const { outcomes } = result.block;
    const left = { ...result, block: { ...result.block, requests: result.block.requests - 20 } };
    expect(failures(left)).toEqual(['requests']);
    const mistaken = { ...outcomes, ok: outcomes.ok + outcomes.throttled, throttled: 0 };
    expect(failures({ ...result, block: { ...result.block, outcomes: mistaken } })).toEqual([
      'ok',
      'throttled',
    ]);
  });
});

describe('queueLatencies', () => {
  it('adds the wait for earlier requests to the service time', () => {
    expect([...queueLatencies(Float64Array.of(0, 10, 20, 100), 30)]).toEqual([30, 50, 70, 30]);
  });

  it('returns latencies whose mean is that of the Pollaczek-Khinchine formula for M/D/1 queues', () => {
    const plan = { ratePerSecond: 0.8 / 0.06, seconds: 40_000, seed: 1, step: 0, block: 0 } as const;
    const latencies = queueLatencies(arrivalTimes({ arrivals: 'poisson', ...plan }), 60);
    const mean = latencies.reduce((sum, value) => sum + value, 0) / latencies.length;
    // The mean wait is utilisation x service time / (2 x (1 - utilisation)).
    expect(Math.abs(mean / (60 + (0.8 * 60) / (2 * 0.2)) - 1)).toBeLessThan(0.02);
  });
});

describe('servedCases', () => {
  it('contains delays that have the quantiles of the distribution after which their case is named', () => {
    const delays = (start: string): Float64Array => {
      const { behaviour } = named(start);
      return behaviour.kind === 'delays' ? behaviour.delaysMs.toSorted() : new Float64Array();
    };
    const tail = delays('heavy tail');
    // The median of a Pareto distribution (minimum 200, exponent 1.5). Truncation at 3,000 changes it by 1 %.
    expect(tail[Math.floor(tail.length / 2)]! / (200 * 2 ** (1 / 1.5))).toBeCloseTo(1, 1);
    expect(tail[0]).toBeGreaterThanOrEqual(200);
    expect(tail.at(-1)).toBeLessThanOrEqual(3_000);
    const slow = delays('bimodal').filter((delay) => delay === 800).length / delays('bimodal').length;
    expect(slow).toBeCloseTo(0.1, 2);
  });

  it('contains throttled requests, errors and timeouts in the intended shares', () => {
    const { behaviour } = named('faults');
    const endings = behaviour.kind === 'delays' ? behaviour.endings : new Uint8Array();
    const share = (ending: number): number => endings.filter((of) => of === ending).length / endings.length;
    expect(share(1)).toBeCloseTo(0.1, 2);
    expect(share(2)).toBeCloseTo(0.05, 2);
    expect(share(3)).toBeCloseTo(0.03, 2);
    expect(share(4)).toBeCloseTo(0.02, 2);
  });
});

describe('disturbanceOf', () => {
  it('is undefined on an idle machine, and names the delays on a busy one', () => {
    const result = measured(named('constant'));
    expect(disturbanceOf(result)).toBeUndefined();
    const generator = { ...result.block.generator, lateness: { p50: 0.2, p95: 4, p99: 9 } };
    expect(disturbanceOf({ ...result, block: { ...result.block, generator } })).toBe(
      'requests were sent late by 9.0 ms at p99',
    );
    const loop = { ...result.record.loop, loopDelayMs: { p95: 2, p99: 7 } };
    expect(disturbanceOf({ ...result, record: { ...result.record, loop } })).toMatch(/server's event loop/);
  });
});
