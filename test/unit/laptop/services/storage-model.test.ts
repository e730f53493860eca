import { describe, expect, it } from 'vitest';
import {
  between,
  changeSettings,
  countWaves,
  DEFAULT_SETTINGS,
  FAULTS,
  faultSource,
  type LoggedRequest,
  summariseLog,
} from '../../../../src/laptop/index.ts';

describe('faults', () => {
  it('occur at the configured rate, and all kinds about equally often', () => {
    const draw = faultSource(3, 0.2);
    const counts = new Map<string | undefined, number>();
    for (let request = 0; request < 20_000; request++) {
      const fault = draw();
      counts.set(fault, (counts.get(fault) ?? 0) + 1);
    }
    for (const fault of FAULTS) expect(counts.get(fault)! / 20_000).toBeCloseTo(0.05, 2);
  });
});

describe('waves', () => {
  const request = (startMs: number, endMs: number) => ({ startMs, endMs });

  it('are counted as the size of the largest set of non-overlapping requests', () => {
    expect(countWaves([])).toBe(0);
    expect(countWaves([request(0, 10), request(1, 2), request(3, 4), request(5, 6)])).toBe(3);
    expect(countWaves([request(0, 10), request(10, 20)])).toBe(2);
    expect(countWaves([request(0, 10), request(9, 20), request(19, 30)])).toBe(2);
  });

  it('of one query include only reads that arrived during the query', () => {
    const entry = (startMs: number, method = 'GET'): LoggedRequest => ({
      ...request(startMs, startMs + 1),
      method,
      key: 'b/k',
      bytes: 5,
      status: 200,
      isComplete: true,
    });
    const log = [entry(0), entry(10), entry(20, 'PUT'), entry(30)];
    expect(summariseLog(between(log, 10, 30))).toEqual({ reads: 1, bytes: 5, waves: 1 });
  });
});

describe('the settings of the storage model', () => {
  it('must have a known name and a value within its bounds', () => {
    expect(changeSettings(DEFAULT_SETTINGS, { latencyMs: 60 })).toEqual({
      ...DEFAULT_SETTINGS,
      latencyMs: 60,
    });
    expect(() => changeSettings(DEFAULT_SETTINGS, { faultRate: 2 })).toThrow('faultRate is 2');
    expect(() => changeSettings(DEFAULT_SETTINGS, { latency: 2 })).toThrow("no setting 'latency'");
  });
});
