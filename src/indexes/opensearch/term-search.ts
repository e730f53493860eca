import { searchedText } from '../../core/index.ts';
import {
  analyseToColumn,
  BM25_K1,
  type Lexicon,
  lexicalQuery,
  QuestionScorer,
  splitColumn,
} from '../../documents/lexical/index.ts';
import type { Bm25Hit } from '../rescored-hits.ts';
import { withAllTies } from '../with-all-ties.ts';
import { type FoundRow, hitOf } from './documents.ts';
import type { QueryClause } from './filter-query.ts';

/** OpenSearch's limit of the clauses of a query, terms and conditions of the filter together. */
const MAX_CLAUSES = 1_000;
/** Candidates of a term search, as a multiple of the wanted hits, and the most that are fetched. */
const [CANDIDATE_FACTOR, MOST_CANDIDATES] = [1.25, 1_000];
/** Relative error of the server's scores, which are single-precision numbers. */
const SCORE_ERROR = 1e-6;

/** A search by terms. */
export interface TermSearch {
  readonly text: string;
  readonly depth: number;
  readonly filter: QueryClause | undefined;
  /** Sends a search. */
  readonly find: (body: {
    readonly query: QueryClause;
    readonly size: number;
  }) => Promise<readonly FoundRow[]>;
}

/**
 * The best rows by BM25: the server's candidates, scored exactly with the corpus statistics of the version. Lucene
 * rounds text lengths down, so the server's scores are upper bounds; more candidates are fetched until no other row
 * can be among the best.
 */
export async function bm25Hits(
  { text, depth, filter, find }: TermSearch,
  lexicon: Lexicon,
): Promise<Bm25Hit[]> {
  const scorer = new QuestionScorer(text, lexicon);
  const should = termClauses(text, lexicon, MAX_CLAUSES - countClauses(filter));
  if (should.length === 0) return [];
  const query = { bool: { should, minimum_should_match: 1, ...(filter && { filter: [filter] }) } };
  return withAllTies(depth, async (limit) => {
    const most = Math.max(MOST_CANDIDATES, limit);
    for (
      let size = Math.min(most, Math.ceil(limit * CANDIDATE_FACTOR) + 10);
      ;
      size = Math.min(most, 2 * size)
    ) {
      const rows = await find({ query, size });
      const scored = rows.map((row) => exactHit(row, scorer));
      scored.sort((left, right) => right.hit.score - left.hit.score);
      const bound = (rows.at(-1)?._score ?? 0) * (BM25_K1 + 1);
      const isComplete = bound <= (scored[limit - 1]?.hit.score ?? 0) * (1 + SCORE_ERROR);
      if (isComplete || rows.length < size || size === most) return scored.slice(0, limit);
    }
  });
}

function exactHit(row: FoundRow, scorer: QuestionScorer): Bm25Hit {
  const hit = hitOf(row);
  const terms = analyseToColumn(searchedText(hit));
  return { hit: { ...hit, score: scorer.bm25(splitColumn(terms)) }, terms };
}

/** One clause for each different term of a question, weighted by its occurrences; of too many, the rarest. */
function termClauses(text: string, lexicon: Lexicon, most: number): readonly QueryClause[] {
  const counts = new Map<string, number>();
  for (const term of lexicalQuery(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  let terms = [...counts.keys()];
  if (terms.length > most) {
    const rows = (term: string): number => lexicon.termDocumentFrequency(term);
    terms = terms
      .filter((term) => rows(term) > 0)
      .sort((left, right) => rows(left) - rows(right))
      .slice(0, most);
  }
  return terms.map((term) => ({ term: { terms: { value: term, boost: counts.get(term) } } }));
}

/** At least the number of clauses that Lucene counts in a filter. */
const countClauses = (filter: QueryClause | undefined): number =>
  JSON.stringify(filter ?? {}).split(/"(?:term|terms|range|match_none)":/).length - 1;
