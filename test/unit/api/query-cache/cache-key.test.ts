import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CacheKeyParts, cacheKey } from '../../../../src/api/query-cache/index.ts';

const PARTS: CacheKeyParts = {
  kind: 'answer',
  collection: 'default',
  index: { kind: 'snapshot', version: '20261124-1' },
  question: 'What is RAG?',
  options: { topK: 8, mode: 'auto', filter: { field: 'year', op: 'gt', value: 2020 }, compress: false },
  embedder: 'none',
  reranker: 'none',
  generator: 'extractive',
};
const keyOf = (change: Partial<CacheKeyParts>): string => cacheKey({ ...PARTS, ...change });

describe('cacheKey', () => {
  it('returns a hexadecimal SHA-256 that differs between releases only if the key format changes', () => {
    expect(cacheKey(PARTS)).toMatch(/^[0-9a-f]{64}$/);
    expect(cacheKey(PARTS)).toBe('db29e136cd1cbb21f911f63ef8cc3bd4cb36454476ab084ed3c9251c46d661b2');
  });

  it.each<[string, Partial<CacheKeyParts>]>([
    ['the kind of the value', { kind: 'hits' }],
    ['the collection', { collection: 'other' }],
    ['the index kind', { index: { kind: 'lancedb-flat', version: '20261124-1' } }],
    ['the index version', { index: { kind: 'snapshot', version: '20261124-2' } }],
    ['the question', { question: 'What is LAG?' }],
    ['the case of the question', { question: 'what is rag?' }],
    ['a vector', { vector: [0.5, 1] }],
    ['an option', { options: { ...PARTS.options, topK: 9 } }],
    ['an additional option', { options: { ...PARTS.options, minScore: 0 } }],
    [
      'the type of a filter value',
      { options: { ...PARTS.options, filter: { field: 'year', op: 'gt', value: '2020' } } },
    ],
    ['the embedder', { embedder: 'bedrock-titan:amazon.titan-embed-text-v2:0:512' }],
    ['the reranker', { reranker: 'mmr' }],
    ['the generator', { generator: 'bedrock:amazon.nova-lite-v1:0' }],
    ['the absence of a generator', { generator: undefined }],
  ])('changes with %s', (_what, change) => {
    expect(keyOf(change)).not.toBe(cacheKey(PARTS));
  });

  it('returns different keys for different parts even if their values contain delimiters', () => {
    expect(keyOf({ collection: 'a', embedder: 'b","x":"' })).not.toBe(
      keyOf({ collection: 'a","b', embedder: 'x' }),
    );
  });

  it('ignores white space, Unicode composition and the order of options', () => {
    const key = cacheKey(PARTS);
    expect(keyOf({ question: '  What \n is\tRAG? ' })).toBe(key);
    expect(keyOf({ question: 'Cafe\u0301' })).toBe(keyOf({ question: 'Café' }));
    expect(keyOf({ options: Object.fromEntries(Object.entries(PARTS.options).reverse()) })).toBe(key);
    expect(keyOf({ options: { ...PARTS.options, minScore: undefined } })).toBe(key);
    expect(keyOf({ vector: [0.1, 0.2] })).toBe(keyOf({ vector: Float32Array.of(0.1, 0.2) }));
  });

  it('returns different keys for different lists, for a list and an object, and for a missing and an empty question', () => {
    const lists = [[1, 12], [11, 2], [112], { 0: 112 }, ['112'], [[112]]];
    expect(new Set(lists.map((list) => keyOf({ options: { list } }))).size).toBe(lists.length);
    expect(keyOf({ question: undefined })).not.toBe(keyOf({ question: '' }));
    expect(keyOf({ vector: undefined })).not.toBe(keyOf({ vector: [] }));
  });

  it('returns equal keys if and only if the options are equal', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (a, b) => {
          const isEqual = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
          expect(keyOf({ options: a }) === keyOf({ options: b })).toBe(isEqual);
          expect(keyOf({ options: structuredClone(a) })).toBe(keyOf({ options: a }));
        },
      ),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, () => {}, Symbol('s')])(
    'rejects the option %s',
    (option) => {
      expect(() => keyOf({ options: { deep: [{ option }] } })).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          message: `A ${typeof option} (${String(option)}) cannot be part of a cache key.`,
          remedy: expect.stringContaining('finite numbers'),
          fields: { field: 'options' },
        }),
      );
    },
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, inner]) => ({ name, inner: sorted(inner) }));
}
