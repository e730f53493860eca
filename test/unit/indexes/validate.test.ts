import { describe, expect, it } from 'vitest';
import type { Hit } from '../../../src/core/index.ts';
import { MemoryCorpus } from '../../../src/corpus/memory/store.ts';
import type { Searcher } from '../../../src/indexes/port.ts';
import { DEFAULT_VALIDATION, type ValidationOptions, validateIndex } from '../../../src/indexes/validate.ts';
import { testDocument, testSettings } from '../../support/chunks.ts';

/** A corpus whose documents have these inner products with the query vector (1, 0). */
async function corpusOf(scores: Readonly<Record<string, number>>): Promise<MemoryCorpus> {
  const corpus = new MemoryCorpus(testSettings(2, 'test', 'dot'));
  await corpus.write(
    Object.entries(scores).map(([id, score], row) => {
      const { document, chunks } = testDocument(id, { chunks: 1, metadata: { year: 2000 + row } });
      return { document, chunks: chunks.map((one) => ({ ...one, vector: Float32Array.of(score, 1) })) };
    }),
  );
  return corpus;
}

/** An index that returns these documents for every query. */
const finding = (...ids: readonly string[]): Searcher =>
  ({
    search: async () => ({ hits: ids.map((id) => ({ id: `${id}-first-0` }) as Hit), trace: { totalMs: 1 } }),
  }) as unknown as Searcher;

const recallOf = async (
  scores: Readonly<Record<string, number>>,
  found: readonly string[],
  options: Partial<ValidationOptions> = {},
): Promise<number> => {
  const asked = { ...DEFAULT_VALIDATION, topK: 2, queryVectors: [Float32Array.of(1, 0)], ...options };
  return (await validateIndex(await corpusOf(scores), finding(...found), asked)).recall;
};

describe('validateIndex', () => {
  it('reports recall as the share of the true nearest neighbours found', async () => {
    const scores = { a: 4, b: 3, c: 2, d: 1 };
    expect(await recallOf(scores, ['a', 'b'])).toBe(1);
    expect(await recallOf(scores, ['b', 'a'])).toBe(1);
    expect(await recallOf(scores, ['a', 'c'])).toBe(0.5);
    expect(await recallOf(scores, ['c', 'd'])).toBe(0);
    expect(await recallOf(scores, [])).toBe(0);
    expect(await recallOf(scores, ['a', 'b', 'c', 'd'], { topK: 3 })).toBe(1);
  });

  it.each([1, 1_000, 1e-3])(
    'counts a hit as correct if it ties with the last true neighbour, at scores of about %f',
    async (scale) => {
      const near = (difference: number) => ({ a: 2 * scale, b: scale, c: scale * (1 - difference) });
      // Single precision resolves about a ten-millionth of a score, so a millionth counts as a tie.
      expect(await recallOf(near(0), ['a', 'c'])).toBe(1);
      expect(await recallOf(near(5e-7), ['a', 'c'])).toBe(1);
      expect(await recallOf(near(1e-5), ['a', 'c'])).toBe(0.5);
      expect(await recallOf(near(1e-3), ['a', 'c'])).toBe(0.5);
    },
  );

  it('does not count hits that do not match the filter', async () => {
    const filter = { field: 'year', op: 'gte', value: 2001 } as const;
    expect(await recallOf({ a: 4, b: 3, c: 2 }, ['b', 'c'], { filter })).toBe(1);
    expect(await recallOf({ a: 4, b: 3, c: 2 }, ['a', 'b'], { filter })).toBe(0.5);
  });
});
