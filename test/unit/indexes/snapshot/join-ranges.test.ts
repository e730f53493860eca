import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinRanges } from '../../../../src/indexes/snapshot/reading/join-ranges.ts';

const range = fc.record({
  offset: fc.integer({ min: 0, max: 5_000 }),
  length: fc.integer({ min: 1, max: 200 }),
});
const ranges = fc.array(range, { maxLength: 60 });
const options = fc
  .record({
    maxRequests: fc.integer({ min: 1, max: 20 }),
    gapBytes: fc.integer({ min: 0, max: 300 }),
    more: fc.integer({ min: 0, max: 2_000 }),
  })
  .map(({ more, ...rest }) => ({ ...rest, widestGapBytes: rest.gapBytes + more }));

/** The gaps between the ranges, in ascending order of offset. */
function gapsOf(list: readonly { offset: number; length: number }[]): number[] {
  const gaps: number[] = [];
  let end = Number.NaN;
  for (const { offset, length } of [...list].sort((left, right) => left.offset - right.offset)) {
    if (offset > end) gaps.push(offset - end);
    end = Number.isNaN(end) ? offset + length : Math.max(end, offset + length);
  }
  return gaps;
}

describe('joinRanges', () => {
  it('covers each wanted range once with requests that begin and end with a wanted range', () => {
    const property = fc.property(ranges, options, (wanted, how) => {
      const joined = joinRanges(wanted, how);
      const covered = joined.flatMap(({ covers }) => covers);
      expect([...covered].sort((a, b) => a - b)).toEqual(wanted.map((_, index) => index));
      for (const { offset, length, covers } of joined) {
        const inside = covers.map((index) => wanted[index]!);
        expect(offset).toBe(Math.min(...inside.map((each) => each.offset)));
        expect(offset + length).toBe(Math.max(...inside.map((each) => each.offset + each.length)));
      }
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('joins ranges across every small gap, across larger gaps only to save requests, and never across a gap above the limit', () => {
    const property = fc.property(ranges, options, (wanted, how) => {
      const joined = joinRanges(wanted, how);
      for (const { covers } of joined)
        for (const gap of gapsOf(covers.map((index) => wanted[index]!)))
          expect(gap).toBeLessThanOrEqual(how.widestGapBytes);
      const gaps = gapsOf(wanted);
      const worthwhile = gaps.filter((gap) => gap > how.gapBytes).length;
      const needed = gaps.filter((gap) => gap > how.widestGapBytes).length;
      const requests =
        wanted.length === 0 ? 0 : Math.max(needed, Math.min(worthwhile, how.maxRequests - 1)) + 1;
      expect(joined).toHaveLength(requests);
    });
    fc.assert(property, { numRuns: 500 });
  });
});
