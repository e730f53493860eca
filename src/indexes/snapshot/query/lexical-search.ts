import { isTurnOver, nextTurn, SharedWork, searchedText } from '../../../core/index.ts';
import {
  bm25Weight,
  documentTerms,
  Fingerprint,
  inverseDocumentFrequency,
  type LexicalCandidate,
  Lexicon,
  lexicalQuery,
  RESCORE_DEPTH,
  rescore,
} from '../../../documents/lexical/index.ts';
import { damaged } from '../format/damage.ts';
import { LEXICON_HEAD_BYTES } from '../format/layout.ts';
import { BucketView, bucketOf, type PostingList } from '../format/postings.ts';
import type { RecordView } from '../format/records.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import { bestRows } from './best-rows.ts';
import type { FilterMask } from './filter-mask.ts';
import type { OpenedSnapshot } from './opened.ts';
import type { RecordStore } from './record-store.ts';

/**
 * Number of re-scored candidates if their records must be read from storage. Half of the usual number lowers
 * nDCG@10 by .0001 and saves a third of a cold start's bytes.
 */
const REMOTE_RESCORE_DEPTH = RESCORE_DEPTH / 2;
/** Maximum number of rows added to the candidates because they tie with the last one. */
const MAX_TIES = 50;
/** Target number of requests for the records of re-scored candidates. */
const RECORD_REQUESTS = 12;
const JOIN = { maxRequests: 8, gapBytes: 64 * 1024, widestGapBytes: 512 * 1024 };
/** Bytes of the checksum that precedes the rows' lengths. */
const LENGTHS_HEAD_BYTES = 4;

/** Parameters of a lexical search. */
export interface LexicalRequest {
  readonly text: string;
  readonly depth: number;
  readonly rescore: boolean;
  readonly mask?: FilterMask | undefined;
}

/** Result of a lexical search, best row first. */
export interface LexicalResult {
  readonly rows: readonly { readonly row: number; readonly score: number }[];
  readonly rescoreMs: number;
  readonly records: ReadonlyMap<number, RecordView>;
}

/** Number of rows that score at least as high as the row at rank `depth`. */
function withTies(found: readonly { readonly score: number }[], depth: number): number {
  const last = found[depth - 1]?.score;
  const end = found.findIndex(({ score }, rank) => rank >= depth && score !== last);
  return Math.min(end === -1 ? found.length : end, depth + MAX_TIES);
}

/** BM25 over posting buckets, re-scored from the texts. The scores equal those of every other index kind. */
export class LexicalSearch {
  readonly #opened: OpenedSnapshot;
  readonly #records: RecordStore;
  readonly #lexicon = new SharedWork<Lexicon>();
  readonly #lengths = new SharedWork<Uint16Array>();

  constructor(opened: OpenedSnapshot, records: RecordStore) {
    this.#opened = opened;
    this.#records = records;
  }

  /** Prefetches data that every search needs. */
  prefetch(context: ReadContext): Promise<unknown> {
    return Promise.all([this.lexicon(context), this.#rowLengths(context)]);
  }

  async search(request: LexicalRequest, context: ReadContext): Promise<LexicalResult> {
    const counts = new Map<string, number>();
    for (const term of lexicalQuery(request.text)) counts.set(term, (counts.get(term) ?? 0) + 1);
    if (counts.size === 0 || this.#opened.header.rows === 0)
      return { rows: [], rescoreMs: 0, records: new Map() };
    const [postings, lengths, lexicon] = await Promise.all([
      this.#postings([...counts.keys()], context),
      this.#rowLengths(context),
      request.rescore ? this.lexicon(context) : undefined,
    ]);
    const scores = await this.#bm25([...counts.values()], postings, lengths);
    const depth = request.rescore ? Math.max(request.depth, RESCORE_DEPTH) : request.depth;
    const best = bestRows(scores, depth + MAX_TIES, request.mask?.bits);
    if (lexicon !== undefined) return this.#rescored(request, best, lexicon, context);
    const { rows, records } = await this.#cut(best, request.depth, context);
    return { rows, rescoreMs: 0, records };
  }

  /** The first `depth` of a list; rows that tie for the last place are chosen by id. */
  async #cut<Row extends { readonly row: number; readonly score: number }>(
    found: readonly Row[],
    depth: number,
    context: ReadContext,
  ): Promise<{ rows: readonly Row[]; records: ReadonlyMap<number, RecordView> }> {
    const last = found[depth - 1]?.score;
    const end = withTies(found, depth);
    if (end <= depth) return { rows: found.slice(0, depth), records: new Map() };
    const begin = found.findIndex(({ score }) => score === last);
    const tied = found.slice(begin, end);
    const views = await this.#records.views(
      tied.map(({ row }) => row),
      RECORD_REQUESTS,
      context,
    );
    const inOrder = tied
      .map((row, index) => ({ row, view: views[index]! }))
      .sort((left, right) => left.view.idRank - right.view.idRank)
      .slice(0, depth - begin);
    return {
      rows: [...found.slice(0, begin), ...inOrder.map(({ row }) => row)],
      records: new Map(inOrder.map(({ row, view }) => [row.row, view])),
    };
  }

  lexicon(context: ReadContext): Promise<Lexicon> {
    return this.#lexicon.get(context.signal, async (signal) => {
      const bytes = await this.#opened.reader.readWhole('lexicon', { ...context, signal });
      const stored = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const isRight =
        bytes.length >= LEXICON_HEAD_BYTES &&
        stored.getUint32(0, true) === this.#opened.checksum('lexicon').of(0, bytes.subarray(4));
      if (!isRight) throw damaged('the lexicon', 'does not match its checksum');
      return Lexicon.fromBytes(bytes.subarray(LEXICON_HEAD_BYTES));
    });
  }

  async #postings(terms: readonly string[], context: ReadContext): Promise<(PostingList | undefined)[]> {
    const { bucketBytes, header, reader } = this.#opened;
    const fingerprint = new Fingerprint();
    const prints = terms.map((term) => {
      const { high, low } = fingerprint.of(term);
      return { high, low, bucket: bucketOf(high, bucketBytes.length) };
    });
    const buckets = [...new Set(prints.map(({ bucket }) => bucket))].filter(
      (bucket) => bucketBytes[bucket]! > 0,
    );
    const starts = this.#bucketStarts();
    const ranges = buckets.map((bucket) => ({ offset: starts[bucket]!, length: bucketBytes[bucket]! }));
    const found = await reader.read('postings', ranges, JOIN, context);
    const checksum = this.#opened.checksum('postings');
    const views = new Map(
      buckets.map((bucket, index) => [bucket, new BucketView(found[index]!, bucket, header.rows, checksum)]),
    );
    return prints.map(({ high, low, bucket }) => views.get(bucket)?.find(high, low));
  }

  #bucketStarts(): Float64Array {
    const { bucketBytes } = this.#opened;
    const starts = new Float64Array(bucketBytes.length);
    for (let bucket = 1; bucket < starts.length; bucket++)
      starts[bucket] = starts[bucket - 1]! + bucketBytes[bucket - 1]!;
    return starts;
  }

  async #bm25(
    counts: readonly number[],
    postings: readonly (PostingList | undefined)[],
    lengths: Uint16Array,
  ): Promise<Float64Array> {
    const { rows, lexical } = this.#opened.header;
    const scores = new Float64Array(rows);
    for (const [index, list] of postings.entries()) {
      if (list === undefined) continue;
      if (isTurnOver()) await nextTurn();
      const idf = counts[index]! * inverseDocumentFrequency(rows, list.rows.length);
      for (let at = 0; at < list.rows.length; at++) {
        const row = list.rows[at]!;
        scores[row]! += bm25Weight(idf, list.counts[at]!, lengths[row]!, lexical!.averageTerms);
      }
    }
    return scores;
  }

  /** Re-orders the best BM25 rows by their re-scored values; the rest follows, scaled to continue below them. */
  async #rescored(
    request: LexicalRequest,
    found: readonly { row: number; score: number }[],
    lexicon: Lexicon,
    context: ReadContext,
  ): Promise<LexicalResult> {
    const depth = this.#opened.reader.isLocal('records') ? RESCORE_DEPTH : REMOTE_RESCORE_DEPTH;
    // Smoothing makes every score depend on the set of candidates, so all rows that tie for the last place are read
    // and chosen by id. Row numbers would not do, because they differ between two versions of one corpus.
    const contenders = found.slice(0, withTies(found, depth));
    const read = await this.#records.views(
      contenders.map(({ row }) => row),
      RECORD_REQUESTS,
      context,
    );
    const startedMs = performance.now();
    const head = contenders
      .map(({ row, score }, index) => ({ row, score, view: read[index]! }))
      .sort((left, right) => right.score - left.score || left.view.idRank - right.view.idRank)
      .slice(0, depth);
    const candidates: LexicalCandidate[] = [];
    for (const { view } of head) {
      if (isTurnOver()) await nextTurn();
      const payload = view.payload(this.#opened.symbols);
      const text = searchedText(payload);
      candidates.push({ id: payload.id, text, terms: documentTerms(text) });
    }
    // Break ties by id, as every other kind does.
    const scores = await rescore(request.text, candidates, lexicon);
    const best = head
      .map(({ row, view }, index) => ({ row, score: scores[index]!, view }))
      .sort((left, right) => right.score - left.score || left.view.idRank - right.view.idRank);
    const isHead = new Set(head.map(({ row }) => row));
    const tail = found.filter(({ row }) => !isHead.has(row));
    const [last, next] = [best.at(-1), tail[0]];
    const scale = last === undefined || next === undefined ? 1 : (last.score / next.score) * (1 - 1e-9);
    const rescoreMs = performance.now() - startedMs;
    const behind = await this.#cut(tail, Math.max(0, request.depth - best.length), context);
    return {
      rows: [...best, ...behind.rows.map(({ row, score }) => ({ row, score: score * scale }))].slice(
        0,
        request.depth,
      ),
      rescoreMs,
      records: new Map([...behind.records, ...head.map(({ row, view }) => [row, view] as const)]),
    };
  }

  #rowLengths(context: ReadContext): Promise<Uint16Array> {
    return this.#lengths.get(context.signal, async (signal) => {
      const bytes = await this.#opened.reader.readWhole('lengths', { ...context, signal });
      const { rows } = this.#opened.header;
      const stored = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const isRight =
        bytes.length === LENGTHS_HEAD_BYTES + 2 * rows &&
        stored.getUint32(0, true) === this.#opened.checksum('lengths').of(0, bytes.subarray(4));
      if (!isRight) throw damaged('the lengths of rows', 'do not match their checksum');
      return Uint16Array.from({ length: rows }, (_, row) =>
        stored.getUint16(LENGTHS_HEAD_BYTES + 2 * row, true),
      );
    });
  }
}
