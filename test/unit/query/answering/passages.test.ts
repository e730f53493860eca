import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../../../../src/documents/chunking/index.ts';
import { passagesOf } from '../../../../src/query/answering/passages.ts';
import { testHit } from '../../../support/hits.ts';

const WHOLE = { maxContextTokens: 10_000, compress: false };

describe('the passages of an answer', () => {
  it('are the hits in order, each followed by its neighbours, numbered from 1 without duplicates', async () => {
    const neighbour = { id: 'b', ordinal: 1, text: 'Text of b.', start: 50, end: 60 };
    const hits = [testHit('a', 3, { neighbours: [neighbour] }), testHit('b', 2), testHit('c', 1)];
    const passages = await passagesOf('q', hits, WHOLE);
    expect(passages.map(({ passage, start }) => [passage.marker, passage.chunkId, start])).toEqual([
      [1, 'a', 0],
      [2, 'b', 50],
      [3, 'c', 0],
    ]);
  });

  it('are as many of the best hits as fit the token budget, or the truncated first hit if none fits', async () => {
    const hits = ['a', 'b', 'c'].map((id, index) =>
      testHit(id, 3 - index, { text: `${id} word `.repeat(100) }),
    );
    const one = estimateTokens(hits[0]!.text);
    const chosen = async (maxContextTokens: number): Promise<string[]> =>
      (await passagesOf('q', hits, { ...WHOLE, maxContextTokens })).map(({ passage }) => passage.chunkId);
    expect(await chosen(2 * one + 2)).toEqual(['a', 'b']);
    expect(await chosen(1)).toEqual(['a']);
    const [cut] = await passagesOf('q', hits, { ...WHOLE, maxContextTokens: one / 2 });
    expect(estimateTokens(cut!.passage.text)).toBe(Math.floor(one / 2));
    expect(hits[0]!.text.startsWith(cut!.passage.text)).toBe(true);
    expect(cut!.sourceText).toBe(cut!.passage.text);
    expect(await passagesOf('q', [], WHOLE)).toEqual([]);
  });

  it('contain, when compressed, only the sentences related to the question and those next to them', async () => {
    const text = 'One is far. Two is near. The password is 7391. Four is near. Five is far.';
    const [found] = await passagesOf('What is the password?', [testHit('a', 1, { text })], {
      ...WHOLE,
      compress: true,
    });
    expect(found!.passage.text).toBe('Two is near. The password is 7391. Four is near.');
    expect(found!.sourceText).toBe(text);
    const [kept] = await passagesOf('Penguins?', [testHit('a', 1, { text })], { ...WHOLE, compress: true });
    expect(kept!.passage.text).toBe(text);
  });
});
