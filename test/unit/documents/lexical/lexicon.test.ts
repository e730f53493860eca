import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SragError } from '../../../../src/core/index.ts';
import {
  analyseToColumn,
  gramsOf,
  Lexicon,
  LexiconBuilder,
  words,
} from '../../../../src/documents/lexical/index.ts';

const lexiconOf = (texts: readonly string[]): Lexicon => {
  const builder = new LexiconBuilder();
  for (const text of texts) builder.add(text, analyseToColumn(text));
  return builder.build();
};

const TEXTS = ['banana bread', 'banana banana split', 'the breads of 빵집'];

describe('Lexicon', () => {
  it('returns the number of chunks, their average length, and how many of them contain each term', () => {
    const lexicon = lexiconOf(TEXTS);
    expect(lexicon.documents).toBe(3);
    // Terms per chunk: banana bread (2), banana banana split (3), bread 빵집 (2).
    expect(lexicon.averageTerms).toBeCloseTo(7 / 3, 12);
    // Grams in the chunks: banana 5, bread 4; banana 5 + 5, split 4; the 2, breads 5, of 1, 빵집 3 + 2.
    expect(lexicon.averageGrams).toBeCloseTo((9 + 14 + 13) / 3, 12);
    expect(
      ['banana', 'bread', 'split', '빵집', 'cake'].map((term) => lexicon.termDocumentFrequency(term)),
    ).toEqual([2, 2, 1, 1, 0]);
  });

  it('adds up the chunk counts of all words that contain a gram, up to the total number of chunks', () => {
    const lexicon = lexiconOf(TEXTS);
    // `anan` counts once per distinct word and chunk; `brea` is in bread (1 chunk) and breads (1 chunk).
    expect(lexicon.gramDocumentFrequency('anan')).toBe(2);
    expect(lexicon.gramDocumentFrequency('brea')).toBe(2);
    expect(lexicon.gramDocumentFrequency('_빵')).toBe(1);
    expect(lexicon.gramDocumentFrequency('zzzz')).toBe(0);
    expect(lexiconOf(['cold colder coldest']).gramDocumentFrequency('cold')).toBe(1);
  });

  it('accepts terms as a list or as a column', () => {
    const listed = new LexiconBuilder();
    for (const text of TEXTS) listed.add(text, analyseToColumn(text).split(' '));
    expect(listed.build().toBytes()).toEqual(lexiconOf(TEXTS).toBytes());
  });

  it('encodes to the same bytes for any order of the chunks', () => {
    expect(lexiconOf(TEXTS.toReversed()).toBytes()).toEqual(lexiconOf(TEXTS).toBytes());
  });

  it('agrees with naive counting, even after decoding from unaligned bytes', () => {
    const word = fc.constantFrom(
      'cold',
      'colder',
      'start',
      'starting',
      'lambda',
      '콜드',
      '스타트',
      'α',
      'é',
      'x',
    );
    fc.assert(
      fc.property(fc.array(fc.array(word, { maxLength: 8 }), { maxLength: 12 }), (documents) => {
        const texts = documents.map((list) => list.join(' '));
        const bytes = lexiconOf(texts).toBytes();
        const shifted = new Uint8Array(bytes.length + 1);
        shifted.set(bytes, 1);
        const lexicon = Lexicon.fromBytes(shifted.subarray(1));
        expect(lexicon.documents).toBe(texts.length);
        const termSets = texts.map((text) => new Set(analyseToColumn(text).split(' ')));
        for (const term of ['cold', 'start', 'lambda', '콜드', '스타', 'é']) {
          expect(lexicon.termDocumentFrequency(term)).toBe(termSets.filter((set) => set.has(term)).length);
        }
        for (const gram of ['_col', 'cold', 'star', '타트']) {
          const sum = texts
            .flatMap((text) => [...new Set(words(text))])
            .filter((own) => gramsOf(own, /[가-힣]/.test(own) ? 'hangul' : 'latin').includes(gram)).length;
          expect(lexicon.gramDocumentFrequency(gram)).toBe(Math.min(texts.length, sum));
        }
      }),
    );
  });

  it('counts correctly while its tables grow', () => {
    const texts = Array.from({ length: 5_000 }, (_, index) => `common w${index} w${index % 2_500}`);
    const lexicon = lexiconOf(texts);
    expect(lexicon.termDocumentFrequency('common')).toBe(5_000);
    expect(lexicon.termDocumentFrequency('w7')).toBe(2);
    expect(lexicon.termDocumentFrequency('w4999')).toBe(1);
  });

  it('rejects damaged bytes at any position', () => {
    const bytes = lexiconOf(TEXTS).toBytes();
    const refused = (damaged: Uint8Array) => {
      try {
        Lexicon.fromBytes(damaged);
      } catch (error) {
        return error instanceof SragError ? error.code : error;
      }
      return 'accepted';
    };
    for (let index = 0; index < bytes.length; index++) {
      const damaged = bytes.slice();
      damaged[index]! ^= 0x10;
      expect([index, refused(damaged)]).toEqual([index, 'DAMAGED_STORE']);
    }
    for (const length of [0, 10, 47, 48, bytes.length - 1])
      expect(refused(bytes.subarray(0, length))).toBe('DAMAGED_STORE');
    expect(refused(new Uint8Array(bytes.length + 4))).toBe('DAMAGED_STORE');
  });
});
