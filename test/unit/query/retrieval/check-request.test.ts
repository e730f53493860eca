import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEARCH_MODES, SragError } from '../../../../src/core/index.ts';
import type { Embedder } from '../../../../src/models/embedders/index.ts';
import { checkRequest, chooseMode, cleanQuestion } from '../../../../src/query/retrieval/check-request.ts';

const thrownBy = (work: () => unknown): SragError => {
  try {
    work();
  } catch (error) {
    if (error instanceof SragError) return error;
  }
  return expect.unreachable('nothing was thrown');
};

describe('a question', () => {
  it('is stripped of control characters, trimmed and normalised to NFC', () => {
    expect(cleanQuestion('\u0000 what\u0007is\u001b[31m 경로 \u007f')).toBe('what is [31m 경로');
    expect(cleanQuestion('cafe\u0301')).toBe('café');
    expect(cleanQuestion('two\nlines\tand a tab')).toBe('two\nlines\tand a tab');
  });

  it.each(['', '   ', '\u0000\u001f\n'])('is rejected if cleaning leaves nothing of %j', (question) => {
    expect(thrownBy(() => cleanQuestion(question))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: { field: 'question' },
    });
  });

  it('is rejected if it has more than 10,000 characters', () => {
    expect(cleanQuestion('a'.repeat(10_000))).toHaveLength(10_000);
    const error = thrownBy(() => cleanQuestion('a'.repeat(10_001)));
    expect(error.message).toContain('10001 characters; at most 10000');
    expect(error.message.length).toBeLessThan(200);
  });

  it('is rejected if its NFKC form, which is tokenised, has more than 10,000 characters', () => {
    expect(cleanQuestion('\ufdfa'.repeat(555))).toHaveLength(555);
    expect(thrownBy(() => cleanQuestion('\ufdfa'.repeat(556))).message).toContain('10008 characters');
  });

  it('keeps at most 30 combining marks per letter, because ordering n marks takes n squared steps', () => {
    const marks = '\u0301\u0316'.repeat(100_000);
    expect(cleanQuestion(`b${marks}`)).toHaveLength(31);
    expect(cleanQuestion(`b${marks.slice(0, 30)}`)).toHaveLength(31);
  });

  it('does not change when it is cleaned twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        fc.pre(text.replaceAll(/[\p{Cc}\s]/gu, '').trim() !== '');
        const once = cleanQuestion(text);
        expect(cleanQuestion(once)).toBe(once);
      }),
    );
  });
});

describe('checkRequest', () => {
  it.each([
    ['topK', 0],
    ['topK', -1],
    ['topK', 1.5],
    ['topK', 1_001],
    ['topK', Number.NaN],
    ['topK', Number.POSITIVE_INFINITY],
    ['perDocument', 0],
    ['neighbours', 11],
    ['neighbours', -1],
    ['minScore', Number.NaN],
  ])('rejects %s %d with an error that names the allowed values', (field, value) => {
    const error = thrownBy(() => checkRequest({ question: 'q', [field]: value }));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', fields: { field }, remedy: expect.any(String) });
    expect(error.message).toContain(`${field} is ${JSON.stringify(value)}`);
  });

  it.each([-0.1, 1.1, Number.NaN])('rejects a vector weight of %d', (vectorWeight) => {
    expect(thrownBy(() => checkRequest({ question: 'q', fusion: { vectorWeight } })).message).toContain(
      'between 0 and 1',
    );
  });

  it('accepts the smallest and the largest allowed values', () => {
    const bounds = { topK: 1_000, perDocument: 1, neighbours: 0, minScore: -1, fusion: { vectorWeight: 1 } };
    expect(checkRequest({ question: ' q ', ...bounds })).toBe('q');
    expect(checkRequest({ question: '', vector: new Float32Array(2), topK: 1 })).toBe('');
  });
});

describe('chooseMode', () => {
  const embedder = (semantic: boolean): Embedder => ({ semantic }) as Embedder;
  const words = { name: 'c', embedder: 'none', dimensions: 0 };
  const vectors = { name: 'c', embedder: 'hashing:4', dimensions: 4 };

  it('resolves auto to hybrid if the embedder is semantic or the request has a vector, otherwise to lexical', () => {
    expect(chooseMode({ question: 'q' }, vectors, embedder(true))).toBe('hybrid');
    expect(chooseMode({ question: 'q', mode: 'auto' }, vectors, embedder(false))).toBe('lexical');
    expect(chooseMode({ question: 'q', vector: new Float32Array(4) }, vectors, undefined)).toBe('hybrid');
    // Without text there are no terms to search for.
    expect(chooseMode({ question: '', vector: new Float32Array(4) }, vectors, undefined)).toBe('vector');
    expect(chooseMode({ question: 'q' }, words, undefined)).toBe('lexical');
  });

  it.each(SEARCH_MODES)('returns the requested mode %s if the collection has vectors', (mode) => {
    expect(chooseMode({ question: 'q', mode }, vectors, embedder(false))).toBe(mode);
  });

  it('rejects vector search in a collection without vectors, and unknown modes', () => {
    expect(thrownBy(() => chooseMode({ question: 'q', mode: 'vector' }, words, undefined))).toMatchObject({
      code: 'NO_EMBEDDER',
      fields: { mode: 'vector', collection: 'c' },
    });
    const alone = { question: '', vector: new Float32Array(4) };
    expect(thrownBy(() => chooseMode(alone, words, undefined))).toMatchObject({
      code: 'NO_EMBEDDER',
      message: expect.stringContaining('A vector query needs vectors'),
    });
    expect(
      thrownBy(() => chooseMode({ question: 'q', mode: 'vectr' as 'vector' }, words, undefined)),
    ).toMatchObject({
      code: 'INVALID_ARGUMENT',
      remedy: "Did you mean 'vector'?",
    });
  });
});
