import { BLOCK_ROWS, PLANES_AT, paddedDimensions } from '../format/layout.ts';
import type { RecordView } from '../format/records.ts';
import { type QueryKernels, queryKernels } from '../kernels/kernels.ts';
import { KernelMemory } from '../kernels/memory.ts';
import { CodeTable } from './code-table.ts';
import { Leaves } from './leaves.ts';
import type { OpenedSnapshot } from './opened.ts';
import { ResidentVectors } from './resident-vectors.ts';
import { QueryRotation, type RotatedQuery } from './rotated-query.ts';

/** Maximum candidates: enough for 1,000 results, also with a filter, and a margin for re-scoring. */
export const MAX_CANDIDATES = 4_096;
/** Room for further candidates before the worst are dropped. */
const CANDIDATE_BUFFER = 1_024;
/** Number of scans after which V8 has fully optimised the kernels. */
const WARM_UP_ROUNDS = 3;
/** This many of the best leaves are scanned first, because they set a high threshold for the others. */
const FIRST_LEAVES = 32;

/** Rows with scores, unordered: views that are valid until the next kernel call. */
export interface Candidates {
  readonly count: number;
  readonly rows: Uint32Array;
  readonly scores: Float32Array;
}

/** Wraps the kernels and their memory: the methods work with rows and leaves instead of addresses. */
export class VectorKernels {
  readonly codes: CodeTable;
  readonly leaves: Leaves;
  readonly resident: ResidentVectors;
  readonly #opened: OpenedSnapshot;
  readonly #memory = new KernelMemory();
  readonly #kernels: QueryKernels;
  readonly #rotation: QueryRotation;
  readonly #dimensions: number;
  /** Workspace: addresses in the kernels' memory. */
  readonly #at: Readonly<
    Record<'floats' | 'integers' | 'table' | 'tableScales' | 'sums' | 'list' | 'mask', number> &
      Record<'scores' | 'rows' | 'vectors' | 'vectorScales', number>
  >;

  constructor(opened: OpenedSnapshot) {
    this.#opened = opened;
    const settings = opened.header.vectors!;
    const memory = this.#memory;
    this.#kernels = queryKernels(memory.memory);
    this.#dimensions = paddedDimensions(settings.dimensions);
    this.#rotation = new QueryRotation(settings, opened.mean, memory, this.#kernels);
    this.codes = new CodeTable(opened, memory);
    this.leaves = new Leaves(opened, memory);
    this.resident = new ResidentVectors(opened, memory, this.#dimensions);
    const places = Math.max(MAX_CANDIDATES + CANDIDATE_BUFFER, this.leaves.count);
    this.#at = {
      floats: memory.reserve(4 * this.#dimensions),
      integers: memory.reserve(2 * this.#dimensions),
      table: memory.reserve(4 * this.#dimensions),
      tableScales: memory.reserve(16),
      sums: memory.reserve(4 * BLOCK_ROWS),
      list: memory.reserve(4 * this.leaves.count),
      mask: memory.reserve(4 * this.codes.blocks),
      scores: memory.reserve(4 * places),
      rows: memory.reserve(4 * places),
      // These two hold the candidates' vectors if the index's vectors are not all in memory.
      vectors: memory.reserve(MAX_CANDIDATES * this.#dimensions),
      vectorScales: memory.reserve(4 * MAX_CANDIDATES),
    };
  }

  /**
   * Runs the first search's kernels on codes that are still zero, so that memory pages and machine code are ready.
   * Useful only while waiting for I/O.
   */
  warmUp(): void {
    const { rows, vectors } = this.#opened.header;
    const { address, blocks, stride } = this.codes;
    if (!this.codes.isEmpty) return;
    this.#memory.bytes.fill(0, address, address + blocks * stride);
    const query = this.rotate(new Float32Array(vectors!.dimensions).fill(1));
    this.listAll();
    for (let round = 0; round < WARM_UP_ROUNDS; round++)
      this.scan(query, this.leaves.count, Math.min(rows, 256), undefined);
  }

  rotate(vector: Float32Array): RotatedQuery {
    return this.#rotation.rotate(vector);
  }

  /** Lists the `probes` leaves whose centroids have the largest products with the query, the best few first. */
  listNearest(query: RotatedQuery, probes: number): void {
    const { scores, rows, list, integers } = this.#at;
    const { count, centroids, scales, bonuses } = this.leaves;
    const { floats, words } = this.#memory;
    this.#writeIntegers(query);
    this.#kernels.dots(integers, centroids, this.#dimensions, scales, 4, 0, count, this.#dimensions, scores);
    for (let leaf = 0; leaf < count; leaf++) {
      floats[scores / 4 + leaf]! += floats[bonuses / 4 + leaf]! / query.integerScale;
      words[rows / 4 + leaf] = leaf;
    }
    this.#kernels.select(scores, rows, count, probes);
    if (probes > FIRST_LEAVES) this.#kernels.select(scores, rows, probes, FIRST_LEAVES);
    words.copyWithin(list / 4, rows / 4, rows / 4 + probes);
  }

  listAll(): void {
    const { words } = this.#memory;
    for (let leaf = 0; leaf < this.leaves.count; leaf++) words[this.#at.list / 4 + leaf] = leaf;
  }

  /** Blocks of the first `listed` leaves of the list, in ascending order. */
  listedBlocks(listed: number): number[] {
    const run = this.#opened.header.vectors!.leafRows / BLOCK_ROWS;
    const leaves = this.#memory.words.slice(this.#at.list / 4, this.#at.list / 4 + listed).sort();
    const blocks: number[] = [];
    for (const leaf of leaves) {
      const end = Math.min((leaf + 1) * run, this.codes.blocks);
      for (let block = leaf * run; block < end; block++) blocks.push(block);
    }
    return blocks;
  }

  /**
   * The best `wanted` rows of the first `listed` leaves by estimated score. The scores omit the query's
   * product with the mean.
   */
  scan(query: RotatedQuery, listed: number, wanted: number, mask: Uint32Array | undefined): Candidates {
    const { rows: totalRows, vectors } = this.#opened.header;
    const { codeBits, factorLow, factorStep, leafRows } = vectors!;
    const { floats, words } = this.#memory;
    const at = this.#at;
    floats.set(query.values, at.floats / 4);
    this.#kernels.buildTable(at.floats, this.#dimensions / 4, at.table, at.tableScales, at.sums);
    const step = floats[at.tableScales / 4]!;
    const lows = floats[at.tableScales / 4 + 1]!;
    if (mask !== undefined) words.set(mask, at.mask / 4);
    const count = this.#kernels.scan(
      this.codes.address,
      this.codes.stride,
      PLANES_AT,
      codeBits,
      this.#dimensions / 4,
      at.list,
      listed,
      leafRows / BLOCK_ROWS,
      this.codes.blocks,
      totalRows,
      at.table,
      // A code u represents 2u - (2^bits - 1), and subset sums are entry x step + low.
      2 * step,
      (2 ** codeBits - 1) * (2 * lows - query.sum),
      factorLow,
      factorStep,
      mask === undefined ? 0 : at.mask,
      at.scores,
      at.rows,
      Math.min(MAX_CANDIDATES, 2 * wanted) + CANDIDATE_BUFFER,
      wanted,
      at.sums,
    );
    return this.#candidates(count);
  }

  /** Exact scores of rows from their int8 vectors, which are resident or else come from `records`. */
  score(query: RotatedQuery, rows: ArrayLike<number>, records: readonly RecordView[]): Candidates {
    const { bytes, floats, words } = this.#memory;
    const at = this.#at;
    const { resident } = this;
    const size = this.#dimensions;
    const count = rows.length;
    this.#writeIntegers(query);
    words.set(rows, at.rows / 4);
    if (resident.isLoaded) {
      const { vectors, scales } = resident;
      this.#kernels.dots(at.integers, vectors, size, scales, 4, at.rows, count, size, at.scores);
    } else {
      records.forEach((record, index) => {
        bytes.set(record.vector, at.vectors + index * size);
        floats[at.vectorScales / 4 + index] = record.scale;
      });
      this.#kernels.dots(at.integers, at.vectors, size, at.vectorScales, 4, 0, count, size, at.scores);
    }
    return this.#candidates(count);
  }

  #candidates(count: number): Candidates {
    const { floats, words } = this.#memory;
    return {
      count,
      rows: words.subarray(this.#at.rows / 4, this.#at.rows / 4 + count),
      scores: floats.subarray(this.#at.scores / 4, this.#at.scores / 4 + count),
    };
  }

  #writeIntegers({ integers }: RotatedQuery): void {
    new Int16Array(this.#memory.memory.buffer, this.#at.integers, integers.length).set(integers);
  }
}
