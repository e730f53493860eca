import type { KernelMemory } from '../kernels/memory.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import type { OpenedSnapshot } from './opened.ts';
import type { RecordStore } from './record-store.ts';

/** All int8 vectors in the kernels' memory, if they fit: re-scoring then reads nothing. */
export class ResidentVectors {
  readonly #opened: OpenedSnapshot;
  readonly #memory: KernelMemory;
  readonly #dimensions: number;
  #vectors = 0;
  #scales = 0;
  #idRanks = new Uint32Array(0);
  #isLoaded = false;

  constructor(opened: OpenedSnapshot, memory: KernelMemory, dimensions: number) {
    this.#opened = opened;
    this.#memory = memory;
    this.#dimensions = dimensions;
  }

  /** Memory size of the vectors. */
  get sizeBytes(): number {
    return this.#opened.header.rows * (this.#dimensions + 8);
  }

  get fits(): boolean {
    return this.sizeBytes <= this.#opened.limits.memoryBytes;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get vectors(): number {
    return this.#vectors;
  }
  get scales(): number {
    return this.#scales;
  }

  idRank(row: number): number {
    return this.#idRanks[row]!;
  }

  /** Loads the vectors from all records. */
  async load(records: RecordStore, context: ReadContext): Promise<void> {
    if (this.#isLoaded) return;
    const { rows } = this.#opened.header;
    if (this.#vectors === 0) {
      this.#vectors = this.#memory.reserve(rows * this.#dimensions);
      this.#scales = this.#memory.reserve(4 * rows);
      this.#idRanks = new Uint32Array(rows);
    }
    await records.forEach((row, record) => {
      this.#memory.bytes.set(record.vector, this.#vectors + row * this.#dimensions);
      this.#memory.floats[this.#scales / 4 + row] = record.scale;
      this.#idRanks[row] = record.idRank;
    }, context);
    this.#isLoaded = true;
  }
}
