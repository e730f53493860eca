import { describe, expect, it } from 'vitest';
import { generatorHealth } from '../../../../../src/measure/experiment/load/generator-health.ts';

const values = (value: number): Float64Array => new Float64Array(100).fill(value);
const calm = { loopDelayMs: { p95: 1, p99: 2 }, utilization: 0.3 };

describe('generatorHealth', () => {
  it('accepts lateness of up to a tenth of the latency or up to one millisecond, whichever is more', () => {
    expect(generatorHealth(values(9), values(100), calm).isValid).toBe(true);
    expect(generatorHealth(values(0.9), values(0.5), calm).isValid).toBe(true);
  });

  it.each([
    ['late requests', values(11), calm, /sent late by 11 ms at p50, where the latency was 100 ms/],
    [
      'a delayed loop',
      values(0),
      { ...calm, loopDelayMs: { p95: 40, p99: 50 } },
      /event loop was delayed by 40 ms at p95/,
    ],
    ['a busy loop', values(0), { ...calm, utilization: 0.99 }, /busy 99 % of the time/],
  ])('reports that the generator limited the load if the generator had %s', (_name, late, loop, reason) => {
    const health = generatorHealth(late, values(100), loop);
    expect(health.isValid).toBe(false);
    expect(health.reason).toMatch(reason);
  });

  it('reports lateness at p95 if only a tenth of the requests are sent late', () => {
    const late = Float64Array.from({ length: 100 }, (_, index) => (index < 10 ? 50 : 0));
    expect(generatorHealth(late, values(100), calm).reason).toMatch(/at p95/);
  });

  it('ignores lateness if no request was answered, but reports an event loop that was always busy', () => {
    expect(generatorHealth(values(20), new Float64Array(0), calm).isValid).toBe(true);
    expect(generatorHealth(values(20), new Float64Array(0), { ...calm, utilization: 1 }).isValid).toBe(false);
  });
});
