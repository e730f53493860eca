import type { Table as LanceTable } from '@lancedb/lancedb';
import { byScore, type Hit, searchedText } from '../../core/index.ts';
import {
  type Lexicon,
  lexicalQuery,
  RESCORE_DEPTH,
  rescore,
  splitColumn,
} from '../../documents/lexical/index.ts';
import { guarded, loadLance } from '../../io/lance/index.ts';
import { collect, HIT_COLUMNS } from './hits.ts';
import { withAllTies } from './with-all-ties.ts';

/** Full-text search of an index table: BM25, re-scored. */
export class LexicalSearch {
  readonly #table: LanceTable;
  readonly #lexicon: Lexicon;

  constructor(table: LanceTable, lexicon: Lexicon) {
    this.#table = table;
    this.#lexicon = lexicon;
  }

  async search(
    text: string,
    topK: number,
    { where, rescores }: { readonly where: string | undefined; readonly rescores: boolean },
  ): Promise<{ hits: Hit[]; elapsedMs: number; rescoreMs: number }> {
    const startedMs = performance.now();
    const terms = lexicalQuery(text);
    if (terms.length === 0) return { hits: [], elapsedMs: performance.now() - startedMs, rescoreMs: 0 };
    const { lance } = await loadLance();
    const depth = rescores ? Math.max(topK, RESCORE_DEPTH) : topK;
    const matches = new lance.MatchQuery(terms.join(' '), 'terms');
    const found = await withAllTies(depth, async (limit) => {
      const search = this.#table
        .query()
        .fullTextSearch(matches)
        .select([...HIT_COLUMNS, 'terms', '_score'])
        .limit(limit);
      if (where !== undefined) search.where(where);
      const candidates = await guarded('Searching words', () => collect(search));
      return candidates.map(({ hit, bm25, terms: column }) => ({
        hit: { ...hit, score: bm25 },
        terms: column,
      }));
    });
    const rescoreStartedMs = performance.now();
    const scored = rescores ? await this.#rescored(text, found) : found.map(({ hit }) => hit);
    const hits = scored.map((hit) => ({ ...hit, scores: { lexical: hit.score } })).slice(0, topK);
    const nowMs = performance.now();
    return { hits, elapsedMs: nowMs - startedMs, rescoreMs: nowMs - rescoreStartedMs };
  }

  /** Re-orders the best BM25 hits by their re-scored values; the rest follows in BM25 order. */
  async #rescored(text: string, found: readonly { hit: Hit; terms: string }[]): Promise<Hit[]> {
    const head = found.slice(0, RESCORE_DEPTH);
    const candidates = head.map(({ hit, terms }) => ({
      id: hit.id,
      text: searchedText(hit),
      terms: splitColumn(terms),
    }));
    const scores = await rescore(text, candidates, this.#lexicon);
    const best = head.map(({ hit }, index) => ({ ...hit, score: scores[index]! })).sort(byScore);
    const tail = found.slice(RESCORE_DEPTH).map(({ hit }) => hit);
    const [last, next] = [best.at(-1), tail[0]];
    if (last === undefined || next === undefined) return best;
    // Re-scored values are higher than BM25 scores, so the rest is scaled to just below the last re-scored
    // hit.
    const scale = (last.score / next.score) * (1 - 1e-9);
    return [...best, ...tail.map((hit) => ({ ...hit, score: hit.score * scale }))];
  }
}
