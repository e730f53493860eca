import { describe, expect, it } from 'vitest';
import { dotProduct, fitToMetric, normalise, tieThreshold, vectorLength } from '../../../src/core/index.ts';

const vector = (...values: readonly number[]): Float32Array => Float32Array.from(values);

describe('vectors', () => {
  it('have the inner products and lengths that were computed by hand', () => {
    expect(dotProduct(vector(1, 2, 3), vector(4, -5, 6))).toBe(12);
    expect(dotProduct(vector(), vector())).toBe(0);
    expect(vectorLength(vector(3, 4))).toBe(5);
  });

  it('are scaled to unit length in place', () => {
    const given = vector(3, -4);
    expect(normalise(given)).toBe(given);
    expect([...given]).toEqual([expect.closeTo(0.6, 6), expect.closeTo(-0.8, 6)]);
  });

  it.each([
    ['NaN', vector(1, Number.NaN), /The query contains NaN or an infinite number/],
    ['infinity', vector(Number.POSITIVE_INFINITY, 1), /The query contains NaN or an infinite number/],
    ['only zeros', vector(0, 0), /The query is zero/],
    ['no numbers', vector(), /The query is zero/],
  ])('that contain %s are rejected with a remedy and an error that names the vector', (_, given, message) => {
    for (const use of [
      () => vectorLength(given, 'query'),
      () => normalise(given, 'query'),
      () => fitToMetric(given, 'cosine', 'query'),
      () => fitToMetric(given, 'dot', 'query'),
    ])
      expect(use).toThrow(
        expect.objectContaining({
          code: 'INVALID_VECTOR',
          message: expect.stringMatching(message),
          remedy: expect.stringMatching(/embed that text again/i),
        }),
      );
    expect(() => fitToMetric(given, 'dot')).toThrow(/^The vector /);
    expect(() => fitToMetric(given, 'cosine')).toThrow(/^The vector /);
  });

  it('are scaled to unit length for the metric cosine, and unchanged for the metric dot', () => {
    expect([...fitToMetric(vector(0, 2), 'cosine')]).toEqual([0, 1]);
    const given = vector(0, 2);
    expect(fitToMetric(given, 'dot')).toBe(given);
    expect([...given]).toEqual([0, 2]);
  });

  it('are rejected for the metric dot if they are too long or too short for single precision', () => {
    for (const length of [1e-8, 1, 1e9]) expect(fitToMetric(vector(length), 'dot')).toHaveLength(1);
    for (const length of [1e-10, 1e10])
      expect(() => fitToMetric(vector(length), 'dot', 'query')).toThrow(
        expect.objectContaining({
          code: 'INVALID_VECTOR',
          message: expect.stringContaining('The query has length 1'),
          remedy: expect.stringContaining('between 1e-9 and 1000000000'),
        }),
      );
    expect([...fitToMetric(vector(1e-10), 'cosine')]).toEqual([1]);
  });
});

describe('the lowest score that counts as a tie with the last score of a list', () => {
  it('is the last score minus a millionth of the larger of the magnitudes of the first and last scores', () => {
    expect(tieThreshold(1, 0.5)).toBeCloseTo(0.5 - 1e-6, 12);
    expect(tieThreshold(1_000, 0.5)).toBeCloseTo(0.5 - 1e-3, 9);
    expect(tieThreshold(-1, -1_000)).toBeCloseTo(-1_000 - 1e-3, 9);
    expect(tieThreshold(-1e-3, -1e-3)).toBeCloseTo(-1e-3 - 1e-9, 15);
  });
});
