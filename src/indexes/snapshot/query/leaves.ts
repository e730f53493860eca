import { damaged } from '../format/damage.ts';
import { paddedDimensions } from '../format/layout.ts';
import type { KernelMemory } from '../kernels/memory.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import type { OpenedSnapshot } from './opened.ts';

/** Bytes before the centroids' scales: checksum (u32), 12 unused. */
export const LEAVES_HEAD_BYTES = 16;

/** Bytes of the scales (f32 each), filled up to whole vectors of the kernels. */
export const scalesBytes = (leaves: number): number => Math.ceil(leaves / 4) * 16;

/** Centroids of the leaves: runs of rows that lie close together. Read whole, when first needed. */
export class Leaves {
  readonly count: number;
  readonly #opened: OpenedSnapshot;
  readonly #memory: KernelMemory;
  #address = 0;
  #loading: Promise<void> | undefined;
  #isLoaded = false;

  constructor(opened: OpenedSnapshot, memory: KernelMemory) {
    this.#opened = opened;
    this.#memory = memory;
    const { rows, vectors } = opened.header;
    this.count = Math.ceil(rows / vectors!.leafRows);
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  load(context: ReadContext): Promise<void> {
    if (this.#isLoaded) return Promise.resolve();
    this.#loading ??= this.#load(context).finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** Address of the int8 centroids, and of their scales. */
  get centroids(): number {
    return this.scales + scalesBytes(this.count);
  }
  get scales(): number {
    return this.#address + LEAVES_HEAD_BYTES;
  }

  async #load(context: ReadContext): Promise<void> {
    const bytes = await this.#opened.reader.readWhole('leaves', context);
    const { dimensions } = this.#opened.header.vectors!;
    const expected = LEAVES_HEAD_BYTES + scalesBytes(this.count) + this.count * paddedDimensions(dimensions);
    const stored = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
    if (bytes.length !== expected || stored !== this.#opened.checksum('leaves').of(0, bytes.subarray(4)))
      throw damaged('the table of leaves', 'does not match its checksum');
    if (this.#address === 0) this.#address = this.#memory.reserve(bytes.length);
    this.#memory.bytes.set(bytes, this.#address);
    this.#isLoaded = true;
  }
}
