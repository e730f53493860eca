import { describe, expect, it } from 'vitest';
import { meets, parseThreshold } from '../../../../src/measure/index.ts';

describe('a threshold', () => {
  it.each([
    ['p95 < 300 ms', { figure: 'p95', isUpper: true, value: 300 }],
    ['p99<1.5s', { figure: 'p99', isUpper: true, value: 1_500 }],
    ['errors < 0.1 %', { figure: 'errors', isUpper: true, value: 0.001 }],
    ['throughput > 20 /s', { figure: 'throughput', isUpper: false, value: 20 }],
  ])('%s is parsed', (text, expected) => {
    expect(parseThreshold(text)).toMatchObject(expected);
  });

  it.each(['', 'p95', 'p95 < ms', 'p95 < 3 %', 'latency < 3 ms', 'errors < 1.2.3 %', 'p95 = 3 ms'])(
    "refuses '%s'",
    (text) => {
      expect(() => parseThreshold(text)).toThrow('is not a valid threshold');
    },
  );

  it('is met by values below an upper bound and by values above a lower bound', () => {
    expect(meets(parseThreshold('p95 < 300 ms'), 299)).toBe(true);
    expect(meets(parseThreshold('p95 < 300 ms'), 300)).toBe(false);
    expect(meets(parseThreshold('success > 99 %'), 0.995)).toBe(true);
    expect(meets(parseThreshold('success > 99 %'), 0.98)).toBe(false);
  });
});
