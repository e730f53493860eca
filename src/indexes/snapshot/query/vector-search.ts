import { COLD_SCAN_BYTES } from '../format/layout.ts';
import type { RecordView } from '../format/records.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import type { FilterMask } from './filter-mask.ts';
import type { ScoredRow } from './nearest-rows.ts';
import type { OpenedSnapshot } from './opened.ts';
import type { RecordStore } from './record-store.ts';
import type { RotatedQuery } from './rotated-query.ts';
import { type Candidates, MAX_CANDIDATES, VectorKernels } from './vector-kernels.ts';

/** Below this many rows, scanning all codes in memory is as fast as choosing leaves. */
const PROBING_ROWS = 20_000;
/** Factor that widens the re-scoring window if vectors are in memory, where re-scoring is nearly free. */
const RESIDENT_WINDOW = 1.6;
/**
 * Share of the usual leaves that are scanned if codes must be read from storage. With a million rows, a third
 * of the leaves finds .987 of the true top 10 instead of .993 and reads a third of the bytes.
 */
const REMOTE_PROBE_SHARE = 1 / 3;
/** Target number of record requests; higher for the first search, because smaller requests finish sooner. */
const FIRST_RECORD_REQUESTS = 14;
const RECORD_REQUESTS = 8;

/**
 * For a large `topK`, this multiple of it is re-scored: estimates at the end of a long list differ little.
 */
const RESCORE_MARGIN = 1.5;

/** Parameters of a vector search. */
export interface VectorRequest {
  readonly vector: Float32Array;
  /** Number of results with exact scores. */
  readonly topK: number;
  /** Total number of results: those after `topK` may have estimated scores. */
  readonly depth: number;
  /** Maximum candidates re-scored with their int8 vectors. */
  readonly rerank: number;
  /** Only candidates whose estimates are within this many standard errors of the last result's are re-scored. */
  readonly window: number;
  readonly nprobes: number;
  readonly mask?: FilterMask | undefined;
}

/** Result of a vector search, best row first. */
export interface VectorResult {
  readonly rows: readonly ScoredRow[];
  /** Details for the trace. */
  readonly details: Readonly<Record<string, number>>;
  /** Records read during the search. */
  readonly records: ReadonlyMap<number, RecordView>;
}

/** Finds the nearest rows by codes of one or more bits per dimension, re-scored with int8 vectors. */
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

  /** Prefetches data of the first search. */
  prefetch(context: ReadContext): Promise<unknown> {
    const { codes, leaves } = this.#kernels;
    return this.#scansWhole ? codes.loadAll(context) : leaves.load(context);
  }

  /** Loads the data that a cold search scans (all codes, or the leaves) from the copy, once it has arrived. */
  loadFrom(copy: Promise<Uint8Array | undefined>, context: ReadContext): Promise<void> {
    if (!this.#scansWhole) return this.#kernels.leaves.loadFrom(copy, context);
    // Deferred, so that the caller can start embedding the question first.
    setImmediate(() => this.#kernels.warmUp());
    return this.#kernels.codes.loadFrom(copy, context);
  }

  /** Reads codes and centroids, and the vectors if they fit into memory and are in the cache folder. */
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
    const forAll = Math.ceil(RESCORE_MARGIN * request.topK);
    const most = Math.min(rows, MAX_CANDIDATES, Math.max(request.rerank, forAll));
    const wanted = Math.min(rows, MAX_CANDIDATES, Math.max(most, request.depth));
    const probes = await this.#loadCodes(query, request, wanted, context);
    const startedMs = performance.now();
    // There must be no `await` until the results are copied: another search would use the same memory.
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
      details: {
        partitionsProbed: probes,
        rowsScanned: Math.min(rows, probes * vectors!.leafRows),
        rowsRescored: head.length,
        scanMs: scannedMs - startedMs,
        recordsMs: fetchedMs - scannedMs,
        rerankMs: performance.now() - fetchedMs,
      },
      records: new Map(views.map((view, index) => [head[index]!, view])),
    };
  }

  /** Reads missing codes (all, if all leaves are to be scanned) and returns the number of leaves to scan. */
  async #loadCodes(
    query: RotatedQuery,
    request: VectorRequest,
    wanted: number,
    context: ReadContext,
  ): Promise<number> {
    const { codes, leaves } = this.#kernels;
    const { rows, vectors } = this.#opened.header;
    if (this.#scansWhole) await codes.loadAll(context);
    // If all codes but no centroids are loaded, scanning everything avoids another read.
    if (rows <= PROBING_ROWS || (codes.isComplete && !leaves.isLoaded)) {
      if (!codes.isComplete) await codes.loadAll(context);
      return leaves.count;
    }
    await leaves.load(context);
    // With a filter, few rows per leaf match, so more leaves are scanned. Many results also need more leaves.
    const share = request.mask === undefined ? 1 : Math.max(request.mask.count, 1) / rows;
    const forRows = Math.ceil((4 * wanted) / (vectors!.leafRows * share));
    const nprobes = codes.isComplete ? request.nprobes : REMOTE_PROBE_SHARE * request.nprobes;
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

  /** The best `count` rows by exact score, best first, ties broken by id. */
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
 * Splits candidates into rows to re-score (unordered) and the others (best first, as many as are requested).
 * The rows to re-score are the best `topK` by estimate and those whose estimate is within `window` of the last
 * of these, but no more than `most`.
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
