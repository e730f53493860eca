import { describe, expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../../src/core/index.ts';

const numbers = (seed: number, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

describe('seeded random numbers', () => {
  it('are the same for a seed on every machine, because stored indexes depend on them', () => {
    expect(numbers(1, 3)).toEqual([0.679376078536734, 0.7494974588043988, 0.8321312651969492]);
    expect(numbers(2 ** 33 + 1, 3)).toEqual([0.43393895169720054, 0.056288125459104776, 0.19367825635708869]);
  });

  it('are uniform in [0, 1) and differ between seeds, including adjacent and large ones', () => {
    const many = numbers(7, 20_000);
    expect(many.every((value) => value >= 0 && value < 1)).toBe(true);
    for (const part of [0.1, 0.5, 0.9])
      expect(Math.abs(many.filter((value) => value < part).length / many.length - part)).toBeLessThan(0.02);
    const firsts = [0, 1, 2, 3, 2 ** 32, 2 ** 33].map((seed) => numbers(seed, 1)[0]);
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('can be transformed to a normal distribution with mean 0 and standard deviation 1', () => {
    const random = seededRandom(3);
    const many = Array.from({ length: 20_000 }, () => gaussian(random));
    const mean = many.reduce((sum, value) => sum + value, 0) / many.length;
    const variance = many.reduce((sum, value) => sum + value ** 2, 0) / many.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    expect(many.filter((value) => Math.abs(value) < 1).length / many.length).toBeCloseTo(0.683, 1);
    expect(gaussian(() => 0)).toBe(-0);
  });
});
