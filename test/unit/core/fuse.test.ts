import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_FUSION, fuse, type Hit } from '../../../src/core/index.ts';
import { testHit } from '../../support/hits.ts';

const vector = (id: string, score: number): Hit => testHit(id, score, { scores: { vector: score } });
const lexical = (id: string, score: number): Hit => testHit(id, score, { scores: { lexical: score } });
const scoresOf = (hits: readonly Hit[]): [string, number][] => hits.map(({ id, score }) => [id, score]);

describe('fuse', () => {
  const near = [vector('a', 0.9), vector('b', 0.7), vector('c', 0.5)];
  const worded = [lexical('c', 12), lexical('d', 4)];

  it('adds weighted min-max scores and counts an absent hit as 0', () => {
    expect(scoresOf(fuse(near, worded, DEFAULT_FUSION))).toEqual([
      ['a', 0.5],
      ['c', 0.5],
      ['b', expect.closeTo(0.25, 9)],
      ['d', 0],
    ]);
    expect(scoresOf(fuse(near, worded, { ...DEFAULT_FUSION, vectorWeight: 0.25 }))[0]).toEqual(['c', 0.75]);
  });

  it('counts every hit as 1 if all scores of a list are equal', () => {
    expect(scoresOf(fuse([vector('a', 0.3)], [lexical('b', 7), lexical('c', 7)], DEFAULT_FUSION))).toEqual([
      ['a', 0.5],
      ['b', 0.5],
      ['c', 0.5],
    ]);
  });

  it('adds reciprocal ranks with method rrf', () => {
    const fused = fuse(near, worded, { ...DEFAULT_FUSION, method: 'rrf' });
    expect(fused[0]!.id).toBe('c');
    expect(fused[0]!.score).toBeCloseTo(0.5 / 63 + 0.5 / 61, 12);
  });

  it('keeps the vector and lexical scores in addition to the fused score', () => {
    const both = fuse(near, worded, DEFAULT_FUSION).find(({ id }) => id === 'c');
    expect(both!.scores).toEqual({ vector: 0.5, lexical: 12, fused: 0.5 });
  });

  it('scores only the first `depth` hits of each list, and returns the other hits with score 0', () => {
    const fused = fuse(near, worded, { ...DEFAULT_FUSION, depth: 1 });
    expect(fused.slice(0, 2).map(({ id }) => id)).toEqual(['a', 'c']);
    expect(fused.slice(2).every(({ score }) => score === 0)).toBe(true);
  });

  it('returns each hit once, by descending score between 0 and 1, with ties ordered by id', () => {
    const list = (make: typeof vector): fc.Arbitrary<Hit[]> =>
      fc
        .uniqueArray(fc.tuple(fc.constantFrom(...'abcdefgh'), fc.double({ min: -1, max: 40, noNaN: true })), {
          selector: ([id]) => id,
        })
        .map((pairs) => pairs.map(([id, score]) => make(id, score)).sort((x, y) => y.score - x.score));
    fc.assert(
      fc.property(
        list(vector),
        list(lexical),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (left, right, weight) => {
          const fused = fuse(left, right, { ...DEFAULT_FUSION, vectorWeight: weight });
          const ids = [...left, ...right].map(({ id }) => id);
          expect(fused.map(({ id }) => id).sort()).toEqual([...new Set(ids)].sort());
          for (const [index, { id, score }] of fused.entries()) {
            expect(score).toBeGreaterThanOrEqual(0);
            expect(score).toBeLessThanOrEqual(1 + 1e-12);
            const next = fused[index + 1];
            if (next !== undefined)
              expect(score > next.score || (score === next.score && id < next.id)).toBe(true);
          }
        },
      ),
    );
  });
});
