import { describe, expect, it } from 'vitest';
import {
  combined,
  documentTerms,
  type LexicalCandidate,
  LexiconBuilder,
  QuestionScorer,
  rescore,
} from '../../../../src/documents/lexical/index.ts';
import { MemoryBm25 } from '../../../support/memory-bm25.ts';

const corpusOf = (texts: readonly string[]) => {
  const builder = new LexiconBuilder();
  const memory = new MemoryBm25();
  const candidates = texts.map((text, index): LexicalCandidate => {
    const candidate = { id: `d${index}`, text, terms: documentTerms(text) };
    builder.add(text, candidate.terms);
    memory.add(candidate.id, candidate.terms.join(' '));
    return candidate;
  });
  return { lexicon: builder.build(), memory, candidates };
};

const TEXTS = ['red fox red fox', 'fox red', 'blue sea'];

describe('the components of a lexical score', () => {
  // 3 texts, average length 8/3. red and fox occur in 2 texts each, so their idf is ln(1 + 1.5/2.5).
  const idf = Math.log(1.6);
  const weight = (value: number, tf: number, length: number, average: number) =>
    (value * tf * 2.2) / (tf + 1.2 * (0.25 + (0.75 * length) / average));

  it('match values computed by hand', () => {
    const { lexicon, candidates } = corpusOf(TEXTS);
    const scorer = new QuestionScorer('The red fox?', lexicon);
    const first = scorer.features(candidates[0]!);
    expect(first.bm25).toBeCloseTo(2 * weight(idf, 2, 4, 8 / 3), 10);
    expect(first.pair).toBeCloseTo(weight(idf, 2, 4, 8 / 3), 10);
    // red has 2 grams (_red, red_), fox 2, blue 3 and sea 2, so the texts have 8, 4 and 5 grams.
    const gram = Math.log(1.6);
    expect(first.gram).toBeCloseTo(4 * weight(gram, 2, 8, 17 / 3), 10);
    expect(combined(first)).toBeCloseTo(first.bm25 + 0.2 * first.pair + 0.1 * first.gram, 12);
    expect(scorer.features(candidates[1]!).pair).toBe(0);
    expect(scorer.features(candidates[2]!)).toEqual({ bm25: 0, pair: 0, gram: 0 });
  });

  it('count a repeated term of the question as often as it occurs', () => {
    const { lexicon, candidates } = corpusOf(TEXTS);
    const once = new QuestionScorer('sea', lexicon).features(candidates[2]!);
    const twice = new QuestionScorer('sea sea', lexicon).features(candidates[2]!);
    expect(twice.bm25).toBeCloseTo(2 * once.bm25, 12);
    expect(twice.gram).toBeCloseTo(2 * once.gram, 12);
    expect(twice.pair).toBe(0);
  });

  it('count overlapping pairs of adjacent, different terms, but no pair of equal terms', () => {
    const { lexicon, candidates } = corpusOf(['콜드 콜드 콜드', '가콜드 콜드나', 'b']);
    const scorer = new QuestionScorer('콜드 콜드', lexicon);
    expect(scorer.features(candidates[0]!).pair).toBe(0);
    const chain = corpusOf(['alpha beta alpha beta', 'alphabet', 'gamma']);
    const { bm25, pair } = new QuestionScorer('alpha beta', chain.lexicon).features(chain.candidates[0]!);
    expect(pair).toBeCloseTo(bm25 / 2, 10);
  });

  it('match word forms with different stems by their grams', () => {
    const { lexicon, candidates } = corpusOf(['serverless functions', 'blue sea']);
    const features = new QuestionScorer('microserver', lexicon).features(candidates[0]!);
    expect(features.bm25).toBe(0);
    expect(features.gram).toBeGreaterThan(0);
  });

  it('are zero for a question that consists of stop words', async () => {
    const { lexicon, candidates } = corpusOf(TEXTS);
    expect(await rescore('what is the', candidates, lexicon)).toEqual([0, 0, 0]);
  });
});

describe('smoothing of scores', () => {
  it('leaves the scores of ten or fewer candidates unchanged', async () => {
    const { lexicon, candidates } = corpusOf(Array.from({ length: 10 }, (_, index) => `fox number${index}`));
    const scorer = new QuestionScorer('fox number3', lexicon);
    expect(await rescore('fox number3', candidates, lexicon)).toEqual(
      candidates.map((candidate) => combined(scorer.features(candidate))),
    );
  });

  it('moves the score of each of eleven candidates by a fifth towards the weighted mean of its neighbours', async () => {
    const texts = ['red fox', ...Array.from({ length: 10 }, () => 'fox den')];
    const { lexicon, candidates } = corpusOf(texts);
    const scorer = new QuestionScorer('red fox', lexicon);
    const raw = candidates.map((candidate) => combined(scorer.features(candidate)));
    const smoothed = await rescore('red fox', candidates, lexicon);
    // 'red fox' has ten equal neighbours. Each 'fox den' has nine equal neighbours and 'red fox'.
    expect(smoothed[0]).toBeCloseTo(0.8 * raw[0]! + 0.2 * raw[1]!, 10);
    const idf = (df: number) => Math.log(1 + (11 - df + 0.5) / (df + 0.5));
    const cosine = idf(11) ** 2 / (Math.hypot(idf(1), idf(11)) * Math.hypot(idf(10), idf(11)));
    const mean = (9 * raw[1]! + cosine * raw[0]!) / (9 + cosine);
    expect(smoothed[1]).toBeCloseTo(0.8 * raw[1]! + 0.2 * mean, 10);
  });

  it('leaves the score of a candidate without neighbours unchanged', async () => {
    const { lexicon, candidates } = corpusOf(['lonely', ...Array.from({ length: 11 }, () => 'fox den')]);
    const raw = combined(new QuestionScorer('lonely', lexicon).features(candidates[0]!));
    expect((await rescore('lonely', candidates, lexicon))[0]).toBeCloseTo(raw, 12);
  });
});

describe('BM25 in memory', () => {
  it('ranks by the same formula as QuestionScorer, best first, with ties ordered by id', () => {
    const { lexicon, memory, candidates } = corpusOf([...TEXTS, 'fox red']);
    const hits = memory.search('red fox', 10);
    expect(hits.map((hit) => hit.id)).toEqual(['d0', 'd1', 'd3']);
    const scorer = new QuestionScorer('red fox', lexicon);
    expect(hits[0]!.score).toBeCloseTo(scorer.features(candidates[0]!).bm25, 10);
    expect(memory.search('red fox', 1)).toHaveLength(1);
    expect(memory.search('the', 10)).toEqual([]);
  });
});
