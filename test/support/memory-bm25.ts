import {
  bm25Weight,
  inverseDocumentFrequency,
  lexicalQuery,
  splitColumn,
} from '../../src/documents/lexical/index.ts';

/** BM25 (k1 1.2, b .75) over analysed columns in memory: the reference implementation for full-text engines. */
export class MemoryBm25 {
  readonly #ids: string[] = [];
  readonly #lengths: number[] = [];
  readonly #postings = new Map<string, { documents: number[]; counts: number[] }>();
  #termCount = 0;

  get documents(): number {
    return this.#ids.length;
  }

  /** Adds a document with its analysed column. Ids must be distinct. */
  add(id: string, column: string): void {
    const document = this.#ids.push(id) - 1;
    const counts = new Map<string, number>();
    const terms = splitColumn(column);
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const [term, count] of counts) {
      let posting = this.#postings.get(term);
      if (posting === undefined) {
        posting = { documents: [], counts: [] };
        this.#postings.set(term, posting);
      }
      posting.documents.push(document);
      posting.counts.push(count);
    }
    this.#lengths.push(terms.length);
    this.#termCount += terms.length;
  }

  /** The best `topK` documents that contain a term of the question, best first; ties are broken by id. */
  search(question: string, topK: number): { readonly id: string; readonly score: number }[] {
    const scores = new Map<number, number>();
    const average = this.#termCount / Math.max(1, this.documents);
    for (const term of lexicalQuery(question)) {
      const posting = this.#postings.get(term);
      if (posting === undefined) continue;
      const idf = inverseDocumentFrequency(this.documents, posting.documents.length);
      posting.documents.forEach((document, index) => {
        const weight = bm25Weight(idf, posting.counts[index]!, this.#lengths[document]!, average);
        scores.set(document, (scores.get(document) ?? 0) + weight);
      });
    }
    return Array.from(scores, ([document, score]) => ({ id: this.#ids[document]!, score }))
      .sort((left, right) => right.score - left.score || (left.id < right.id ? -1 : 1))
      .slice(0, topK);
  }
}
