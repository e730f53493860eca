import { FrequencyTable } from '../../../documents/lexical/index.ts';
import type { UnitChecksum } from '../format/checksum.ts';
import { BucketWriter, bucketOf } from '../format/postings.ts';
import { GrowingWords } from './growing.ts';
import type { SegmentWriter } from './segment-writer.ts';
import { Spill } from './spill.ts';

/** Maximum number of postings kept in memory, 12 bytes each, before they are sorted and spilled. */
const RUN_POSTINGS = 4_000_000;
/** Target number of postings per bucket. */
const POSTINGS_PER_BUCKET = 8_192;
const MAX_BUCKETS = 2_048;
/** Number of 32-bit words per read of a sorted run. */
const CURSOR_WORDS = 64 * 1_024;

/** Converts the terms of rows to posting buckets; sorted runs in a temporary file bound the memory. */
export class PostingsBuilder {
  readonly #folder: string;
  /** Numbers terms by fingerprint: no term is kept as a string. */
  readonly #vocabulary = new FrequencyTable();
  readonly #terms = new GrowingWords();
  readonly #rows = new GrowingWords();
  readonly #counts = new GrowingWords();
  #spill: Spill | undefined;
  readonly #runs: { readonly start: number; readonly end: number }[] = [];
  #postings = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Adds a row's analysed column; returns its number of terms. Rows must be added in ascending order. */
  add(row: number, column: string): number {
    if (column === '') return 0;
    const counts = new Map<number, number>();
    const terms = column.split(' ');
    for (const term of terms) {
      const number = this.#vocabulary.idOf(term);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    for (const [number, count] of counts) {
      this.#terms.push(number);
      this.#rows.push(row);
      this.#counts.push(count);
    }
    this.#postings += counts.size;
    if (this.#terms.length >= RUN_POSTINGS) this.#endRun();
    return terms.length;
  }

  /**
   * Writes all buckets, returns their sizes in bytes, and resets the builder. `finalRow` maps added rows to rows of the
   * index.
   */
  async write(finalRow: Uint32Array, target: SegmentWriter, checksum: UnitChecksum): Promise<Uint32Array> {
    this.#endRun();
    const wanted = Math.max(1, this.#postings / POSTINGS_PER_BUCKET);
    const buckets = Math.min(MAX_BUCKETS, 2 ** Math.ceil(Math.log2(wanted)));
    const sizes = new Uint32Array(buckets);
    const writer = new BucketWriter();
    let bucket = 0;
    const close = async (): Promise<void> => {
      const bytes = writer.finish(bucket, checksum);
      if (target.isFull(bytes.length)) await target.flush();
      target.append(bytes);
      sizes[bucket] = bytes.length;
    };
    for (const { number, rows, counts } of this.#merged(finalRow)) {
      const high = this.#vocabulary.high(number);
      const own = bucketOf(high, buckets);
      while (bucket < own) {
        await close();
        bucket += 1;
      }
      writer.add({ high, low: this.#vocabulary.low(number), rows, counts });
    }
    for (; bucket < buckets; bucket++) await close();
    return sizes;
  }

  close(): void {
    this.#spill?.close();
    this.#spill = undefined;
  }

  /** Term numbers in ascending order of fingerprint. */
  #order(numbers: Uint32Array): Uint32Array {
    const known = this.#vocabulary;
    return numbers.sort(
      (left, right) => known.high(left) - known.high(right) || known.low(left) - known.low(right),
    );
  }

  /**
   * Sorts the postings in memory by term and spills them as a run: for each term its number, the number of
   * its postings, their rows and their counts.
   */
  #endRun(): void {
    const size = this.#terms.length;
    if (size === 0) return;
    const [terms, rows, counts] = [this.#terms.view(), this.#rows.view(), this.#counts.view()];
    const known = this.#vocabulary.size;
    const starts = new Uint32Array(known + 1);
    for (let index = 0; index < size; index++) starts[terms[index]! + 1]! += 1;
    const present = new GrowingWords();
    for (let term = 0; term < known; term++) {
      if (starts[term + 1]! > 0) present.push(term);
      starts[term + 1]! += starts[term]!;
    }
    const places = starts.slice(0, known);
    const order = new Uint32Array(size);
    for (let index = 0; index < size; index++) order[places[terms[index]!]!++] = index;
    this.#spill ??= new Spill(this.#folder, 'postings.tmp');
    const start = this.#spill.sizeBytes;
    for (const term of this.#order(present.view().slice())) {
      const [from, until] = [starts[term]!, starts[term + 1]!];
      const record = new Uint32Array(2 + 2 * (until - from));
      record[0] = term;
      record[1] = until - from;
      for (let at = from; at < until; at++) {
        record[2 + at - from] = rows[order[at]!]!;
        record[2 + until - from + at - from] = counts[order[at]!]!;
      }
      this.#spill.append(new Uint8Array(record.buffer));
    }
    this.#runs.push({ start, end: this.#spill.sizeBytes });
    this.#terms.clear();
    this.#rows.clear();
    this.#counts.clear();
  }

  /** All terms in ascending order of fingerprint, with their final rows in ascending order. */
  *#merged(finalRow: Uint32Array): Generator<{ number: number; rows: Uint32Array; counts: Uint32Array }> {
    const spill = this.#spill;
    if (spill === undefined) return;
    spill.flush();
    const cursors = this.#runs.map(({ start, end }) => new RunCursor(spill, start, end));
    const all = this.#order(Uint32Array.from({ length: this.#vocabulary.size }, (_, number) => number));
    for (const number of all) {
      const packed: number[] = [];
      for (const cursor of cursors) {
        if (cursor.term !== number) continue;
        const { rows, counts } = cursor.take();
        // Row and count packed into one exact double: rows are below 2^32, counts below 2^20.
        for (let index = 0; index < rows.length; index++)
          packed.push(finalRow[rows[index]!]! * 2 ** 20 + Math.min(counts[index]!, 2 ** 20 - 1));
      }
      const sorted = Float64Array.from(packed).sort();
      yield {
        number,
        rows: Uint32Array.from(sorted, (value) => Math.floor(value / 2 ** 20)),
        counts: Uint32Array.from(sorted, (value) => value % 2 ** 20),
      };
    }
  }
}

/** Reads one sorted run, term by term. */
class RunCursor {
  readonly #spill: Spill;
  readonly #end: number;
  #at: number;
  #words = new Uint32Array(0);
  #place = 0;

  constructor(spill: Spill, start: number, end: number) {
    this.#spill = spill;
    this.#at = start;
    this.#end = end;
    this.#need(2);
  }

  /** Number of the next term, or -1 at the end. */
  get term(): number {
    return this.#place < this.#words.length ? this.#words[this.#place]! : -1;
  }

  /** Returns the next term's postings. */
  take(): { rows: Uint32Array; counts: Uint32Array } {
    const length = this.#words[this.#place + 1]!;
    this.#need(2 + 2 * length);
    const from = this.#place + 2;
    const rows = this.#words.slice(from, from + length);
    const counts = this.#words.slice(from + length, from + 2 * length);
    this.#place = from + 2 * length;
    this.#need(2);
    return { rows, counts };
  }

  /** Buffers `count` words, or as many as are left. */
  #need(count: number): void {
    const left = this.#words.length - this.#place;
    if (left >= count || this.#at === this.#end) return;
    const more = Math.min((this.#end - this.#at) / 4, Math.max(CURSOR_WORDS, count - left));
    const words = new Uint32Array(left + more);
    words.set(this.#words.subarray(this.#place));
    this.#spill.read(this.#at, new Uint8Array(words.buffer, 4 * left, 4 * more));
    this.#at += 4 * more;
    this.#words = words;
    this.#place = 0;
  }
}
