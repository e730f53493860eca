import type { ByteRange } from '../../../io/storage/index.ts';
import type { UnitChecksum } from '../format/checksum.ts';
import { BLOCK_ROWS, paddedDimensions } from '../format/layout.ts';
import { RecordView } from '../format/records.ts';
import { giveBack } from '../reading/search-memory.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import type { Directory } from './directory.ts';
import type { OpenedSnapshot } from './opened.ts';
import { RecordLog } from './record-log.ts';

/**
 * Gaps of up to `GAP_BYTES` are always read to save a request; gaps over `WIDEST_GAP_BYTES` never are.
 * A request costs money and 25 ms, in which 2 MB arrive at 75 MB/s. Gaps are dropped on arrival, not stored.
 */
const GAP_BYTES = 24 * 1024;
const WIDEST_GAP_BYTES = 2 ** 20;
/** Until the vectors are in memory, this share of their memory limit holds records of earlier searches. */
const LOG_SHARE = 1 / 8;
/** Rows per read when all are read. */
const STRETCH_ROWS = 64 * BLOCK_ROWS;

/**
 * Records by row. Recent ones are cached in memory up to a limit; others are read from the cache folder or
 * the storage.
 */
export class RecordStore {
  readonly #opened: OpenedSnapshot;
  readonly #directory: Directory;
  readonly #checksum: UnitChecksum;
  readonly #dimensions: number;
  readonly #log: RecordLog;

  constructor(opened: OpenedSnapshot, directory: Directory) {
    this.#opened = opened;
    this.#directory = directory;
    this.#checksum = opened.checksum('records');
    const { vectors, rows } = opened.header;
    this.#dimensions = vectors === undefined ? 0 : paddedDimensions(vectors.dimensions);
    this.#log = new RecordLog(rows, opened.limits.memoryBytes * LOG_SHARE);
  }

  /** The verified records of `rows`, in order, in the search's memory. `maxRequests`: target number of requests. */
  async views(rows: readonly number[], maxRequests: number, context: ReadContext): Promise<RecordView[]> {
    await this.#directory.load([...new Set(rows.map((row) => Math.floor(row / BLOCK_ROWS)))], context);
    const ranges = rows.map((row) => this.#directory.record(row));
    const isLocal = this.#opened.reader.isLocal('records');
    const views = rows.map((row, index) =>
      isLocal ? undefined : this.#cached(row, ranges[index]!, context),
    );
    const missing = rows.map((_, index) => index).filter((index) => views[index] === undefined);
    const read = await this.#opened.reader.read(
      'records',
      missing.map((index) => ranges[index]!),
      { maxRequests, gapBytes: GAP_BYTES, widestGapBytes: WIDEST_GAP_BYTES },
      context,
    );
    missing.forEach((index, place) => {
      views[index] = this.#view(rows[index]!, read[place]!);
      if (!isLocal) this.#log.add(rows[index]!, read[place]!);
    });
    return views as RecordView[];
  }

  /** A copy of a cached record: the original may be overwritten while the search waits for others. */
  #cached(row: number, { length }: ByteRange, { meter, memory }: ReadContext): RecordView | undefined {
    const record = this.#log.find(row, length);
    if (record === undefined) return undefined;
    meter.hit();
    const own = memory.take(length);
    own.set(record);
    return this.#view(row, own);
  }

  #view(row: number, bytes: Uint8Array): RecordView {
    return new RecordView(bytes, row, this.#dimensions, this.#checksum);
  }

  /** Visits every record in order, reading large pieces. Used to fill the memory from the cache folder. */
  async forEach(visit: (row: number, record: RecordView) => void, context: ReadContext): Promise<void> {
    const { rows } = this.#opened.header;
    await this.#directory.loadAll(context);
    for (let from = 0; from < rows; from += STRETCH_ROWS) {
      const until = Math.min(rows, from + STRETCH_ROWS);
      const first = this.#directory.record(from).offset;
      const last = this.#directory.record(until - 1);
      const bytes = new Uint8Array(last.offset + last.length - first);
      await this.#opened.reader.readInto('records', first, bytes, context);
      for (let row = from; row < until; row++) {
        const { offset, length } = this.#directory.record(row);
        visit(row, this.#view(row, bytes.subarray(offset - first, offset - first + length)));
      }
      giveBack(bytes);
    }
  }

  /** Frees the cached records, which are in the cache folder now. */
  forget(): void {
    this.#log.close();
  }
}
