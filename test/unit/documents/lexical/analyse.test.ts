import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  analyse,
  analyseToColumn,
  documentTerms,
  gramsOf,
  lexicalQuery,
  STOP_WORDS,
  words,
} from '../../../../src/documents/lexical/index.ts';

describe('words', () => {
  it('are lower-cased runs of letters and digits, split where the script changes', () => {
    expect(words('AWS Lambda의 콜드-스타트 3월')).toEqual([
      'aws',
      'lambda',
      '의',
      '콜드',
      '스타트',
      '3',
      '월',
    ]);
    expect(words('東京タワーは333m')).toEqual(['東京タワーは', '333m']);
    expect(words('execution_role isn’t')).toEqual(['execution', 'role', 'isn', 't']);
  });

  it('have no compatibility forms, decomposed marks or soft hyphens', () => {
    expect(words('ﬁle Ａ１ cafe\u0301 hy\u00adphen')).toEqual(['file', 'a1', 'café', 'hyphen']);
    expect(words('한글')).toEqual(['한글']);
  });

  it('include words of other alphabets and characters outside the basic plane', () => {
    expect(words('Привет, мир')).toEqual(['привет', 'мир']);
    expect(words('𠮷野家 😀')).toEqual(['𠮷野家']);
  });

  it('have a limited length', () => {
    expect(words('a'.repeat(1_000)).map((word) => word.length)).toEqual([255]);
  });
});

describe('terms', () => {
  it('are the stems of all words except stop words, in order and with repetitions', () => {
    expect(analyse('What happens at a cold start of the execution environment? Cold starts!')).toEqual(
      'happen cold start execut environ cold start'.split(' '),
    );
  });

  it('are stemmed as by the Snowball stemmer for English', () => {
    const stems: Record<string, string> = {
      consistency: 'consist',
      knightly: 'knight',
      generously: 'generous',
      dying: 'die',
      skies: 'sky',
      hopping: 'hop',
      relational: 'relat',
      assays: 'assay',
      biology: 'biolog',
      aging: 'age',
    };
    expect(analyse(Object.keys(stems).join(' '))).toEqual(Object.values(stems));
  });

  it('are overlapping bigrams of Hangul, Han and kana characters; an isolated character is one term', () => {
    expect(analyse('콜드 스타트의 값')).toEqual(['콜드', '스타', '타트', '트의', '값']);
    expect(analyse('東京タ')).toEqual(['東京', '京タ']);
    expect(analyse('𠮷野家')).toEqual(['𠮷野', '野家']);
  });

  it('are whole words in other alphabets, except single letters', () => {
    expect(analyse('TGF-β привет')).toEqual(['tgf', 'привет']);
  });

  it('of a question without other words are its stop words; a question of only punctuation has no terms', () => {
    expect(lexicalQuery('What is it?')).toEqual(['what', 'is', 'it']);
    expect(lexicalQuery('What is it for Anna?')).toEqual(['anna']);
    expect(lexicalQuery(' ?! \u0000')).toEqual([]);
    expect(STOP_WORDS.has('which')).toBe(true);
  });

  it('survive a round trip through a column with a whitespace tokenizer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })), (text) => {
        expect(analyseToColumn(text).split(/\s+/u).filter(Boolean)).toEqual(documentTerms(text));
      }),
    );
  });

  it('do not depend on Unicode composition or on previously analysed texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const terms = analyse(text);
        expect(analyse(text.normalize('NFD'))).toEqual(analyse(text.normalize('NFC')));
        expect(analyse(text)).toEqual(terms);
      }),
    );
  });
});

describe('grams', () => {
  it('are 4-grams of Latin words and 2- and 3-grams of Hangul words, with `_` at the edges of a word', () => {
    expect(gramsOf('cold', 'latin')).toEqual(['_col', 'cold', 'old_']);
    expect(gramsOf('a', 'latin')).toEqual([]);
    expect(gramsOf('콜드', 'hangul')).toEqual(['_콜', '콜드', '드_', '_콜드', '콜드_']);
  });
});
