import type { UnitChecksum } from '../format/checksum.ts';
import { BLOCK_ROWS, paddedDimensions } from '../format/layout.ts';
import { RecordView } from '../format/records.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import type { Directory } from './directory.ts';
import type { OpenedSnapshot } from './opened.ts';

/** Bytes that one more request is worth: 25 ms of latency at 75 MB/s are 2 MB, and requests cost money. */
const GAP_BYTES = 24 * 1024;
const WIDEST_GAP_BYTES = 768 * 1024;

/** Records by row, read a block at a time and kept in memory while there is room, or read from the cache folder. */
export class RecordStore {
  readonly #opened: OpenedSnapshot;
  readonly #directory: Directory;
  readonly #checksum: UnitChecksum;
  readonly #dimensions: number;
  /** Records of blocks, the longest unused first. */
  readonly #blocks = new Map<number, Uint8Array>();
  #blockBytes = 0;
  /** Records of the first search. */
  readonly #first = new Map<number, Uint8Array>();

  constructor(opened: OpenedSnapshot, directory: Directory) {
    this.#opened = opened;
    this.#directory = directory;
    this.#checksum = opened.checksum('records');
    const { vectors } = opened.header;
    this.#dimensions = vectors === undefined ? 0 : paddedDimensions(vectors.dimensions);
  }

  /** The records of `rows`, in their order, checked. `maxRequests`: storage requests aimed at. */
  async views(rows: readonly number[], maxRequests: number, context: ReadContext): Promise<RecordView[]> {
    const wanted = [...new Set(rows.map((row) => Math.floor(row / BLOCK_ROWS)))].sort((a, b) => a - b);
    await this.#directory.load(wanted, context);
    if (this.#opened.reader.isLocal('records')) {
      const local = this.localViews(rows, context);
      if (local !== undefined) return local;
    }
    const here = new Map<number, Uint8Array>();
    const others = rows.filter((row) => !this.#first.has(row)).map((row) => Math.floor(row / BLOCK_ROWS));
    const needed = [...new Set(others)].sort((a, b) => a - b);
    if (others.length < rows.length) context.meter.hit(rows.length - others.length);
    for (const block of needed) {
      const bytes = this.#blocks.get(block);
      if (bytes === undefined) continue;
      here.set(block, bytes);
      context.meter.hit();
      // Moves to the end: used last.
      this.#blocks.delete(block);
      this.#blocks.set(block, bytes);
    }
    const missing = needed.filter((block) => !here.has(block));
    const join = { maxRequests, gapBytes: GAP_BYTES, widestGapBytes: WIDEST_GAP_BYTES };
    const ranges = missing.map((block) => this.#directory.block(block));
    const found = await this.#opened.reader.read('records', ranges, join, context);
    missing.forEach((block, index) => {
      here.set(block, found[index]!);
      this.#keep(block, found[index]!);
    });
    return rows.map((row) => {
      const own = this.#first.get(row);
      if (own !== undefined) return this.#view(row, own);
      const block = Math.floor(row / BLOCK_ROWS);
      const { offset, length } = this.#directory.record(row);
      const start = offset - this.#directory.block(block).offset;
      return this.#view(row, here.get(block)!.subarray(start, start + length));
    });
  }

  /**
   * The same from exactly the rows' own ranges: fewer bytes, for the first search, which has to wait for them. These
   * records alone are kept beside the blocks of later searches.
   */
  async firstViews(
    rows: readonly number[],
    maxRequests: number,
    context: ReadContext,
  ): Promise<RecordView[]> {
    await this.#directory.load([...new Set(rows.map((row) => Math.floor(row / BLOCK_ROWS)))], context);
    const join = { maxRequests, gapBytes: GAP_BYTES, widestGapBytes: WIDEST_GAP_BYTES };
    const ranges = rows.map((row) => this.#directory.record(row));
    const found = await this.#opened.reader.read('records', ranges, join, context);
    return rows.map((row, index) => {
      const own = found[index]!.slice();
      this.#first.set(row, own);
      return this.#view(row, own);
    });
  }

  /** The same from the cache folder, without waiting; undefined where it is not all there. */
  localViews(rows: readonly number[], context: ReadContext): RecordView[] | undefined {
    const views: RecordView[] = [];
    for (const row of rows) {
      const bytes = this.#opened.reader.readLocal('records', this.#directory.record(row));
      if (bytes === undefined) return undefined;
      views.push(this.#view(row, bytes));
    }
    context.meter.hit(rows.length);
    return views;
  }

  /** A record of bytes that were read elsewhere. */
  #view(row: number, bytes: Uint8Array): RecordView {
    return new RecordView(bytes, row, this.#dimensions, this.#checksum);
  }

  /** Every record in order, read in large pieces: for filling memory from the cache folder. */
  async forEach(visit: (row: number, record: RecordView) => void, context: ReadContext): Promise<void> {
    const { rows } = this.#opened.header;
    await this.#directory.loadAll(context);
    const stretch = 64 * BLOCK_ROWS;
    for (let from = 0; from < rows; from += stretch) {
      const until = Math.min(rows, from + stretch);
      const first = this.#directory.record(from).offset;
      const last = this.#directory.record(until - 1);
      const bytes = new Uint8Array(last.offset + last.length - first);
      await this.#opened.reader.readInto('records', first, bytes, context);
      for (let row = from; row < until; row++) {
        const { offset, length } = this.#directory.record(row);
        visit(row, this.#view(row, bytes.subarray(offset - first, offset - first + length)));
      }
    }
  }

  /** Gives the memory of kept records back: they are in the cache folder now. */
  forget(): void {
    this.#blocks.clear();
    this.#first.clear();
    this.#blockBytes = 0;
  }

  #keep(block: number, bytes: Uint8Array): void {
    const limit = this.#opened.limits.memoryBytes;
    if (bytes.length > limit) return;
    // A copy of its own: a view would keep alive all that was read around it.
    const own = bytes.slice();
    this.#blocks.set(block, own);
    this.#blockBytes += own.length;
    for (const [oldest, kept] of this.#blocks) {
      if (this.#blockBytes <= limit) break;
      this.#blocks.delete(oldest);
      this.#blockBytes -= kept.length;
    }
  }
}
