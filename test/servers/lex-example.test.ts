import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  analyse,
  combined,
  documentTerms,
  Lexicon,
  LexiconBuilder,
  QuestionScorer,
  rescore,
  STOP_WORDS,
} from '../../src/documents/lexical/index.ts';

interface Row {
  readonly _id: string;
  readonly title?: string;
  readonly text: string;
}
interface Expected {
  readonly averageTerms: number;
  readonly terms: Record<string, number>;
  readonly queryTerms: Record<string, string[]>;
  readonly scores: readonly {
    query: string;
    doc: string;
    bm25: number;
    pair: number;
    gram: number;
    lex: number;
  }[];
}

const dataFolder = process.env.SRAG_TEST_DATA;

describe.skipIf(dataFolder === undefined)('the worked example of the lexical scores', () => {
  const read = (name: string) => readFileSync(join(dataFolder ?? '', 'lex-example', name), 'utf8');
  const rows = (name: string): Row[] =>
    read(name)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
  const load = () => {
    const builder = new LexiconBuilder();
    const candidates = new Map(
      rows('corpus.jsonl').map(({ _id, title, text }) => {
        const searched = `${title} ${text}`;
        const candidate = { id: _id, text: searched, terms: documentTerms(searched) };
        builder.add(searched, candidate.terms);
        return [_id, candidate];
      }),
    );
    const questions = new Map(rows('queries.jsonl').map(({ _id, text }) => [_id, text]));
    const expected = JSON.parse(read('expected.json')) as Expected;
    return { lexicon: Lexicon.fromBytes(builder.build().toBytes()), candidates, questions, expected };
  };

  it('uses the stop words of the example', () => {
    expect([...STOP_WORDS].sort()).toEqual(read('stop-words.txt').trim().split(/\s+/).sort());
  });

  it('finds the same terms in documents and questions', () => {
    const { lexicon, candidates, questions, expected } = load();
    expect(lexicon.averageTerms).toBe(expected.averageTerms);
    for (const [id, count] of Object.entries(expected.terms)) {
      expect([id, candidates.get(id)?.terms.length]).toEqual([id, count]);
    }
    for (const [id, terms] of Object.entries(expected.queryTerms))
      expect(analyse(questions.get(id) ?? '')).toEqual(terms);
  });

  it('computes every intermediate score to within 1e-3', async () => {
    const { lexicon, candidates, questions, expected } = load();
    for (const { query, doc, bm25, pair, gram, lex } of expected.scores) {
      const question = questions.get(query) ?? '';
      const candidate = candidates.get(doc)!;
      const features = new QuestionScorer(question, lexicon).features(candidate);
      const where = `${query} ${doc}`;
      expect(features.bm25, `${where} bm25`).toBeCloseTo(bm25, 3);
      expect(features.pair, `${where} pair`).toBeCloseTo(pair, 3);
      expect(features.gram, `${where} gram`).toBeCloseTo(gram, 3);
      expect(combined(features), `${where} lex`).toBeCloseTo(lex, 3);
      expect((await rescore(question, [candidate], lexicon))[0], `${where} re-scored`).toBeCloseTo(lex, 3);
    }
  });
});
