import type { ByteRange } from '../../../storage/index.ts';
import { BLOCK_ROWS, blockCount, DIRECTORY_ENTRY_BYTES, UNIT_BYTES } from '../format/layout.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import { UnitLoader } from '../reading/unit-loader.ts';
import type { OpenedSnapshot } from './opened.ts';

/** Directories up to this are read whole: larger ones only where they are needed. */
const WHOLE_BYTES = 2 ** 20;

/** Where the records of each block lie. */
export class Directory {
  readonly #loader: UnitLoader;
  readonly #starts: Uint32Array;
  readonly #lengths: Uint16Array;
  readonly #isSmall: boolean;

  constructor(opened: OpenedSnapshot) {
    const units = blockCount(opened.header.rows);
    this.#starts = new Uint32Array(units);
    this.#lengths = new Uint16Array(units * BLOCK_ROWS);
    this.#isSmall = units * DIRECTORY_ENTRY_BYTES <= WHOLE_BYTES;
    this.#loader = new UnitLoader(
      opened.reader,
      { section: 'directory', unitBytes: DIRECTORY_ENTRY_BYTES, units },
      opened.checksum('directory'),
      (block, bytes) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.#starts[block] = view.getUint32(4, true);
        for (let row = 0; row < BLOCK_ROWS; row++)
          this.#lengths[block * BLOCK_ROWS + row] = view.getUint16(8 + 2 * row, true);
      },
    );
  }

  /** Reads the whole directory where it is small, ahead of knowing which blocks are needed. */
  prefetch(context: ReadContext): Promise<void> {
    return this.#isSmall ? this.#loader.all(context) : Promise.resolve();
  }

  /** Takes the whole directory from a copy that is on its way. */
  loadFrom(copy: Promise<Uint8Array | undefined>, context: ReadContext): Promise<void> {
    return this.#loader.allFrom(copy, context);
  }

  load(blocks: readonly number[], context: ReadContext): Promise<void> {
    return this.#isSmall ? this.#loader.all(context) : this.#loader.some(blocks, context);
  }

  loadAll(context: ReadContext): Promise<void> {
    return this.#loader.all(context);
  }

  /** Where the records of a loaded block lie, all together. */
  block(block: number): ByteRange {
    let units = 0;
    for (let row = 0; row < BLOCK_ROWS; row++) units += this.#lengths[block * BLOCK_ROWS + row]!;
    return { offset: this.#starts[block]! * UNIT_BYTES, length: units * UNIT_BYTES };
  }

  /** Where the record of a row of a loaded block lies. */
  record(row: number): ByteRange {
    const block = Math.floor(row / BLOCK_ROWS);
    let units = this.#starts[block]!;
    for (let before = block * BLOCK_ROWS; before < row; before++) units += this.#lengths[before]!;
    return { offset: units * UNIT_BYTES, length: this.#lengths[row]! * UNIT_BYTES };
  }
}
