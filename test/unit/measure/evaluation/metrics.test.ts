import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computeMetrics,
  foldToDocuments,
  METRICS,
  ndcg,
  recall,
  reciprocalRank,
} from '../../../../src/measure/index.ts';

const judged = (grades: Record<string, number>) => new Map(Object.entries(grades));

describe('metrics of a ranking', () => {
  it('include ndcg, which discounts graded gains as trec_eval does', () => {
    // The ndcg is (3 / log2(2) + 0 + 2 / log2(4)) divided by the ideal 3 / log2(2) + 2 / log2(3) + 1 / log2(4).
    const expected = (3 + 2 / 2) / (3 + 2 / Math.log2(3) + 1 / 2);
    expect(ndcg(['a', 'x', 'b'], judged({ a: 3, b: 2, c: 1 }), 10)).toBeCloseTo(expected, 12);
  });

  it('compute the ideal ranking of ndcg only down to the depth of the actual ranking', () => {
    expect(ndcg(['a'], judged({ a: 1, b: 1, c: 1 }), 1)).toBe(1);
  });

  it('treat negative grades as not relevant and as a gain of 0', () => {
    const grades = judged({ a: -1, b: 1 });
    expect(ndcg(['a', 'b'], grades, 10)).toBeCloseTo(1 / Math.log2(3), 12);
    expect(recall(['a'], grades, 10)).toBe(0);
    expect(reciprocalRank(['a', 'b'], grades, 10)).toBe(0.5);
  });

  it('include recall, which is divided by the number of all relevant documents, even if it exceeds the depth', () => {
    expect(recall(['a', 'b', 'x'], judged({ a: 1, b: 2, c: 1, d: 1 }), 2)).toBe(0.5);
  });

  it('are 0 if no relevant document is within the depth', () => {
    expect(computeMetrics(['x', 'y'], judged({ a: 1 }))).toEqual({
      'ndcg@10': 0,
      'recall@10': 0,
      'recall@100': 0,
      'mrr@10': 0,
    });
    expect(reciprocalRank([...'bcdefghijk', 'a'], judged({ a: 1 }), 10)).toBe(0);
  });

  it('rank a document by its best chunk', () => {
    const hits = ['a', 'b', 'a', 'c', 'b'].map((documentId, rank) => ({ documentId, rank }));
    expect(foldToDocuments(hits)).toEqual([
      { documentId: 'a', rank: 0 },
      { documentId: 'b', rank: 1 },
      { documentId: 'c', rank: 3 },
    ]);
  });

  it('are between 0 and 1, and are 1 for the ideal order', () => {
    const grades = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 4 })), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(grades, fc.array(fc.string()), (pairs, noise) => {
        const judgements = new Map(pairs);
        const ideal = [...pairs].sort((a, b) => b[1] - a[1]).map(([id]) => id);
        expect(ndcg(ideal, judgements, 10)).toBeCloseTo(1, 12);
        const values = computeMetrics([...new Set([...noise, ...ideal])], judgements);
        for (const { name } of METRICS) expect(values[name] >= 0 && values[name] <= 1).toBe(true);
      }),
    );
  });
});
