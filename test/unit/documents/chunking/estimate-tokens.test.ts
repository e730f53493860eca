import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../../../../src/documents/chunking/index.ts';

describe('estimateTokens', () => {
  it('counts nothing for white space and one token for a common word', () => {
    expect(estimateTokens('')).toBe(0);
    expect(estimateTokens(' \n\t')).toBe(0);
    expect(estimateTokens('the')).toBe(1);
    expect(estimateTokens('Search works.')).toBe(3);
  });

  it('counts about 1.3 tokens for a word of English prose', () => {
    const text =
      'Retrieval-augmented generation grounds the answers of a language model in passages that a search finds. ' +
      'Each passage carries its source, so that a reader can check what the model claims.';
    const words = text.split(/\s+/).length;
    expect(estimateTokens(text) / words).toBeGreaterThan(1.1);
    expect(estimateTokens(text) / words).toBeLessThan(1.5);
  });

  it('counts one token per 1.3 Hangul syllables and one token per Han character', () => {
    expect(estimateTokens('데이터베이스연결은끝났다요')).toBe(10);
    expect(estimateTokens('東京都')).toBe(3);
  });

  it('estimates the tokens of a long string that is not a word from its length', () => {
    expect(estimateTokens('aGVsbG8gd29ybGQgdGhpcyBpcyBhIHRlc3Qgb2YgYmFzZTY0')).toBeGreaterThan(10);
  });

  it('adds up the counts of parts separated by white space, and counts at most one token per code point', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
        expect(estimateTokens(`${left} ${right}`)).toBe(estimateTokens(left) + estimateTokens(right));
        expect(estimateTokens(left)).toBeLessThanOrEqual([...left].length);
      }),
    );
  });
});
