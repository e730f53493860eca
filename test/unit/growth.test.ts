import { describe, expect, it } from 'vitest';
import { measureGrowth } from '../support/growth/measure.ts';
import { PATH_FUNCTIONS } from '../support/growth/path-functions.ts';

const isLong = process.env.SRAG_GROWTH !== undefined;
const SIZES = isLong ? [1_000, 10_000, 100_000, 1_000_000] : [10_000, 100_000];
const DEADLINE_MS = isLong ? 120_000 : 20_000;
const MOST_GROWTH = 15;

describe('the time of functions that process text', () => {
  it.each(Object.keys(PATH_FUNCTIONS))(
    'grows at most 15-fold for a text that is 10 times as long: %s',
    async (name) => {
      const measured = await measureGrowth({ name, sizes: SIZES }, DEADLINE_MS);
      expect(measured.filter(({ ratio }) => ratio > MOST_GROWTH)).toEqual([]);
    },
    70 * DEADLINE_MS,
  );
});
