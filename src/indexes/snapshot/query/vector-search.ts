import { COLD_SCAN_BYTES } from '../format/layout.ts';
import type { RecordView } from '../format/records.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import type { FilterMask } from './filter-mask.ts';
import type { OpenedSnapshot } from './opened.ts';
import type { RecordStore } from './record-store.ts';
import type { RotatedQuery } from './rotated-query.ts';
import { type Candidates, MOST_CANDIDATES, VectorKernels } from './vector-kernels.ts';

/** Below this many rows scanning all codes in memory is as fast as choosing leaves. */
const PROBING_ROWS = 20_000;
/** The window is so much wider where the vectors lie in memory: there re-scoring costs next to nothing. */
const RESIDENT_WINDOW = 1.6;
/**
 * Of the leaves to be scanned, the share that is worth a read where their codes are not in memory: of a million rows, a
 * third of the leaves finds .987 of the true top 10 instead of .993, for a third of the bytes.
 */
const FAR_PROBES = 1 / 3;
/** Records are fetched in about this many requests: more by the first search, since fewer bytes are sooner here. */
const FIRST_RECORD_REQUESTS = 14;
const RECORD_REQUESTS = 8;

/** Candidates re-scored at most, as a multiple of the results wanted: the estimates of a long list's end lie close together. */
const ROOM = 1.5;

/** What a vector search is asked. */
export interface VectorRequest {
  readonly vector: Float32Array;
  /** Results wanted with exact scores. */
  readonly topK: number;
  /** Results wanted at all: those behind `topK` may have estimated scores. */
  readonly depth: number;
  /** Most candidates re-scored with their int8 vectors. */
  readonly rerank: number;
  /** Of those, the ones whose estimates are within so many standard errors of the last wanted one's. */
  readonly window: number;
  readonly nprobes: number;
  readonly mask?: FilterMask | undefined;
}

/** A row with its score for the question at unit length: exact, or an estimate behind the exact ones. */
interface ScoredRow {
  readonly row: number;
  readonly score: number;
}

/** Rows found, best first, and how. */
export interface VectorResult {
  readonly rows: readonly ScoredRow[];
  readonly probed: number;
  readonly scanned: number;
  readonly rescored: number;
  readonly scanMs: number;
  readonly fetchMs: number;
  readonly rerankMs: number;
  /** Records that were read on the way. */
  readonly records: ReadonlyMap<number, RecordView>;
}

/** Nearest rows by codes of one bit (or more) a dimension, re-scored with int8 vectors. */
export class VectorSearch {
  readonly #opened: OpenedSnapshot;
  readonly #records: RecordStore;
  readonly #kernels: VectorKernels;
  #isFirst = true;

  constructor(opened: OpenedSnapshot, records: RecordStore) {
    this.#opened = opened;
    this.#records = records;
    this.#kernels = new VectorKernels(opened);
  }

  /** Reads what the first search will need, ahead of it. */
  prefetch(context: ReadContext): Promise<unknown> {
    const { codes, leaves } = this.#kernels;
    return this.#scansWhole ? codes.loadAll(context) : leaves.load(context);
  }

  /** Takes from a copy that is on its way what a cold search looks through: all codes, or the leaves. */
  loadFrom(copy: Promise<Uint8Array | undefined>, context: ReadContext): Promise<void> {
    if (!this.#scansWhole) return this.#kernels.leaves.loadFrom(copy, context);
    // After this turn, so that whoever opened the index can begin to embed the question first.
    setImmediate(() => this.#kernels.warmUp());
    return this.#kernels.codes.loadFrom(copy, context);
  }

  /** Reads codes and centroids; the vectors too, where they fit into memory and lie in the cache folder. */
  async hydrate(context: ReadContext): Promise<{ readonly vectorsInMemory: boolean }> {
    const { codes, leaves, resident } = this.#kernels;
    await Promise.all([codes.loadAll(context), leaves.load(context)]);
    if (resident.fits && this.#opened.reader.isLocal('records')) {
      this.#records.forget();
      await resident.load(this.#records, context);
    }
    return { vectorsInMemory: resident.isLoaded };
  }

  get #scansWhole(): boolean {
    const { codes } = this.#kernels;
    return codes.blocks * codes.stride <= COLD_SCAN_BYTES;
  }

  async search(request: VectorRequest, context: ReadContext): Promise<VectorResult> {
    const { rows, vectors } = this.#opened.header;
    const query = this.#kernels.rotate(request.vector);
    const forAll = Math.ceil(ROOM * request.topK);
    const most = Math.min(rows, MOST_CANDIDATES, Math.max(request.rerank, forAll));
    const wanted = Math.min(rows, MOST_CANDIDATES, Math.max(most, request.depth));
    const probes = await this.#loadCodes(query, request, wanted, context);
    const startedMs = performance.now();
    // Between here and the copies below nothing may be awaited: another search would use the same memory.
    if (probes === this.#kernels.leaves.count) this.#kernels.listAll();
    else this.#kernels.listNearest(query, probes);
    const found = this.#kernels.scan(query, probes, wanted, request.mask?.bits);
    const isResident = this.#kernels.resident.isLoaded;
    const window = request.window * (isResident ? RESIDENT_WINDOW : 1) * vectors!.estimateError;
    const [head, tail] = splitBest(found, { topK: request.topK, window, most, depth: request.depth });
    const scannedMs = performance.now();
    const views = isResident ? [] : await this.#fetch(head, request.topK, context);
    const fetchedMs = performance.now();
    const scored = this.#rescored(query, head, views, Math.max(request.topK, request.depth));
    const last = scored.at(-1)?.score ?? 0;
    const behind = tail.map(({ row, score }) => ({ row, score: Math.min(last, score + query.meanProduct) }));
    return {
      rows: [...scored, ...behind].slice(0, Math.max(request.depth, request.topK)),
      probed: probes,
      scanned: Math.min(rows, probes * vectors!.leafRows),
      rescored: head.length,
      scanMs: scannedMs - startedMs,
      fetchMs: fetchedMs - scannedMs,
      rerankMs: performance.now() - fetchedMs,
      records: new Map(views.map((view, index) => [head[index]!, view])),
    };
  }

  /** Reads the codes that are missing; gives how many leaves are to be scanned (all: every code is). */
  async #loadCodes(
    query: RotatedQuery,
    request: VectorRequest,
    wanted: number,
    context: ReadContext,
  ): Promise<number> {
    const { codes, leaves } = this.#kernels;
    const { rows, vectors } = this.#opened.header;
    if (this.#scansWhole) await codes.loadAll(context);
    // Whoever has all codes and no centroids yet scans them all rather than reading more.
    if (rows <= PROBING_ROWS || (codes.isComplete && !leaves.isLoaded)) {
      if (!codes.isComplete) await codes.loadAll(context);
      return leaves.count;
    }
    await leaves.load(context);
    // A filter leaves few rows of each leaf: more leaves then. So do many results.
    const share = request.mask === undefined ? 1 : Math.max(request.mask.count, 1) / rows;
    const forRows = Math.ceil((4 * wanted) / (vectors!.leafRows * share));
    const nprobes = codes.isComplete ? request.nprobes : FAR_PROBES * request.nprobes;
    const probes = Math.min(leaves.count, Math.max(1, forRows, Math.ceil(nprobes / share)));
    if (codes.isComplete) return probes;
    if (probes === leaves.count) await codes.loadAll(context);
    else {
      this.#kernels.listNearest(query, probes);
      await codes.load(this.#kernels.listedBlocks(probes), context);
    }
    return probes;
  }

  #fetch(rows: readonly number[], topK: number, context: ReadContext): Promise<RecordView[]> {
    const forMany = Math.ceil(topK / 8);
    const requests = this.#isFirst ? FIRST_RECORD_REQUESTS : RECORD_REQUESTS;
    this.#isFirst = false;
    return this.#records.views(rows, Math.max(requests, forMany), context);
  }

  /** The best `count` rows by exact score, best first, equal ones by id. */
  #rescored(
    query: RotatedQuery,
    head: readonly number[],
    views: readonly RecordView[],
    count: number,
  ): ScoredRow[] {
    const { resident } = this.#kernels;
    const { scores } = this.#kernels.score(query, head, views);
    const bound = count < head.length ? scores.slice().sort()[head.length - count]! : -Infinity;
    const best: { row: number; score: number; idRank: number }[] = [];
    head.forEach((row, index) => {
      const score = scores[index]!;
      if (score < bound) return;
      const idRank = views[index]?.idRank ?? resident.idRank(row);
      best.push({ row, score: score * query.integerScale, idRank });
    });
    best.sort((left, right) => right.score - left.score || left.idRank - right.idRank);
    return best.slice(0, count).map(({ row, score }) => ({ row, score }));
  }
}

/**
 * The rows to be re-scored, in no order: the best `topK` by estimate and those within the window of the last of them,
 * at most `most`. And the others, best first, where more than those are asked for.
 */
function splitBest(
  found: Candidates,
  { topK, window, most, depth }: { topK: number; window: number; most: number; depth: number },
): [number[], ScoredRow[]] {
  const { count, scores, rows } = found;
  const ascending = scores.slice().sort();
  const atRank = (rank: number): number => ascending[count - rank] ?? Number.NEGATIVE_INFINITY;
  const bound = Math.max(Math.min(atRank(topK), atRank(topK) - window), atRank(most));
  const head: number[] = [];
  const tail: ScoredRow[] = [];
  for (let index = 0; index < count; index++) {
    if (scores[index]! >= bound) head.push(rows[index]!);
    else tail.push({ row: rows[index]!, score: scores[index]! });
  }
  if (depth <= head.length) return [head, []];
  tail.sort((left, right) => right.score - left.score || left.row - right.row);
  return [head, tail.slice(0, depth - head.length)];
}
