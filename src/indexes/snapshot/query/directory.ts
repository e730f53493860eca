import type { ByteRange } from '../../../io/storage/index.ts';
import {
  BLOCK_ROWS,
  blockCount,
  DIRECTORY_ENTRY_BYTES,
  UNIT_BYTES,
  WHOLE_DIRECTORY_BYTES,
} from '../format/layout.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import { UnitLoader } from '../reading/unit-loader.ts';
import type { OpenedSnapshot } from './opened.ts';

/** Locations of the records of each block. */
export class Directory {
  readonly #loader: UnitLoader;
  /** Entries in file layout. */
  readonly #entries: DataView;
  readonly #isSmall: boolean;

  constructor(opened: OpenedSnapshot) {
    const units = blockCount(opened.header.rows);
    const entries = new Uint8Array(units * DIRECTORY_ENTRY_BYTES);
    this.#entries = new DataView(entries.buffer);
    this.#isSmall = units * DIRECTORY_ENTRY_BYTES <= WHOLE_DIRECTORY_BYTES;
    this.#loader = new UnitLoader(
      opened.reader,
      { section: 'directory', unitBytes: DIRECTORY_ENTRY_BYTES, units },
      opened.checksum('directory'),
      (block, bytes) => entries.set(bytes, block * DIRECTORY_ENTRY_BYTES),
    );
  }

  /** Reads the whole directory if it is small, before it is known which blocks are needed. */
  prefetch(context: ReadContext): Promise<void> {
    return this.#isSmall ? this.#loader.all(context) : Promise.resolve();
  }

  /** Loads the whole directory from the verified cold-start copy, once it has arrived. */
  loadFrom(copy: Promise<Uint8Array | undefined>, context: ReadContext): Promise<void> {
    return this.#isSmall ? this.#loader.allFrom(copy, context) : Promise.resolve();
  }

  load(blocks: readonly number[], context: ReadContext): Promise<void> {
    return this.#isSmall ? this.#loader.all(context) : this.#loader.some(blocks, context);
  }

  loadAll(context: ReadContext): Promise<void> {
    return this.#loader.all(context);
  }

  /** Range of all records of a loaded block. */
  block(block: number): ByteRange {
    const start = this.#start(block);
    let units = 0;
    for (let row = 0; row < BLOCK_ROWS; row++) units += this.#length(block, row);
    return { offset: start * UNIT_BYTES, length: units * UNIT_BYTES };
  }

  /** Byte range of a row's record within a loaded block. */
  record(row: number): ByteRange {
    const block = Math.floor(row / BLOCK_ROWS);
    const own = row % BLOCK_ROWS;
    let units = this.#start(block);
    for (let before = 0; before < own; before++) units += this.#length(block, before);
    return { offset: units * UNIT_BYTES, length: this.#length(block, own) * UNIT_BYTES };
  }

  #start(block: number): number {
    return this.#entries.getUint32(block * DIRECTORY_ENTRY_BYTES + 4, true);
  }

  #length(block: number, row: number): number {
    return this.#entries.getUint16(block * DIRECTORY_ENTRY_BYTES + 8 + 2 * row, true);
  }
}
