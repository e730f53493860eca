import { SragError } from '../../../core/index.ts';
import type { UnitChecksum } from '../format/checksum.ts';
import { BLOCK_ROWS, DIRECTORY_ENTRY_BYTES, MAX_RECORD_UNITS, UNIT_BYTES } from '../format/layout.ts';
import { type RecordParts, recordBytes, writeRecord } from '../format/records.ts';
import type { SectionName } from '../format/sections.ts';
import type { SegmentWriter } from './segment-writer.ts';

type Written = Extract<SectionName, 'records' | 'directory'>;

/** Writes records and their directory, block by block. */
export class RecordWriter {
  readonly #writers: Readonly<Record<Written, SegmentWriter>>;
  readonly #checksums: Readonly<Record<Written, UnitChecksum>>;
  /** The records of the current block, which must be in one segment. */
  #block = new Uint8Array(64 * 1_024);
  #used = 0;
  #rows = 0;
  #units = 0;
  #entry = this.#newEntry();

  constructor(
    writers: Readonly<Record<Written, SegmentWriter>>,
    checksums: Readonly<Record<Written, UnitChecksum>>,
  ) {
    this.#writers = writers;
    this.#checksums = checksums;
  }

  /** Adds the next row. @throws UNSUPPORTED if the record is too long */
  add(parts: RecordParts): void {
    const end = this.#used + recordBytes(parts.vector.length, parts.payload.length);
    if (end > this.#block.length) this.#block = enlarged(this.#block, 2 * end);
    const size = writeRecord(this.#block, this.#used, this.#rows, parts, this.#checksums.records);
    const units = size / UNIT_BYTES;
    if (units > MAX_RECORD_UNITS) throw tooLong(size);
    this.#entry.setUint16(8 + 2 * (this.#rows % BLOCK_ROWS), units, true);
    this.#used = end;
    this.#rows += 1;
    this.#units += units;
  }

  /** Writes the current block and begins the next. */
  async finishBlock(block: number): Promise<void> {
    const { records, directory } = this.#writers;
    if (records.isFull(this.#used)) await records.flush();
    records.append(this.#block.subarray(0, this.#used));
    this.#used = 0;
    const entry = new Uint8Array(this.#entry.buffer);
    this.#entry.setUint32(0, this.#checksums.directory.of(block, entry.subarray(4)), true);
    directory.append(entry);
    this.#entry = this.#newEntry();
  }

  /** Writes the last segments; returns the sizes of all segments. */
  async finish(): Promise<Record<Written, readonly number[]>> {
    const { records, directory } = this.#writers;
    return { directory: await directory.finish(), records: await records.finish() };
  }

  #newEntry(): DataView {
    const entry = new DataView(new ArrayBuffer(DIRECTORY_ENTRY_BYTES));
    entry.setUint32(4, this.#units, true);
    return entry;
  }
}

function enlarged(bytes: Uint8Array, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(sizeBytes);
  larger.set(bytes);
  return larger;
}

const tooLong = (sizeBytes: number): SragError =>
  new SragError(
    'UNSUPPORTED',
    `A chunk with its metadata takes ${sizeBytes} bytes; a snapshot stores at most 1 MiB per chunk.`,
    {
      remedy: 'Ingest with smaller chunks (--max-tokens) or less metadata.',
      fields: { sizeBytes },
    },
  );
