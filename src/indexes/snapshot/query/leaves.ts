import { SharedWork } from '../../../core/index.ts';
import { damaged } from '../format/damage.ts';
import { LEAVES_HEAD_BYTES, leafScalarsBytes, leafTableBytes, paddedDimensions } from '../format/layout.ts';
import type { KernelMemory } from '../kernels/memory.ts';
import { giveBack } from '../reading/search-memory.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import type { OpenedSnapshot } from './opened.ts';

/** Centroids of the leaves (clusters of similar rows). All are read on first use. */
export class Leaves {
  readonly count: number;
  readonly #opened: OpenedSnapshot;
  readonly #memory: KernelMemory;
  #address = 0;
  readonly #loading = new SharedWork<void>();
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
    return this.#loading.get(context.signal, (signal) => this.#load({ ...context, signal }));
  }

  /** Loads the table from the cold-start copy once it has arrived, or reads it if there is no copy. */
  loadFrom(copy: Promise<Uint8Array | undefined>, context: ReadContext): Promise<void> {
    return this.#loading.get(context.signal, async (signal) => {
      const bytes = await copy.catch(() => undefined);
      if (bytes === undefined || !this.#takes(bytes)) await this.#load({ ...context, signal });
    });
  }

  /** Address of the int8 centroids. */
  get centroids(): number {
    return this.bonuses + leafScalarsBytes(this.count);
  }
  get scales(): number {
    return this.#address + LEAVES_HEAD_BYTES;
  }
  /**
   * Address of the bonuses, which are added to the leaves' scores: a leaf's best row is nearer than its
   * centroid, especially in wide leaves.
   */
  get bonuses(): number {
    return this.scales + leafScalarsBytes(this.count);
  }

  async #load(context: ReadContext): Promise<void> {
    const bytes = await this.#opened.reader.readWhole('leaves', context);
    if (!this.#takes(bytes)) throw damaged('the table of leaves', 'does not match its checksum');
    giveBack(bytes);
  }

  /** Returns false if the bytes are not this table. */
  #takes(bytes: Uint8Array): boolean {
    const { dimensions } = this.#opened.header.vectors!;
    const expected = leafTableBytes(this.count, paddedDimensions(dimensions));
    if (bytes.length !== expected) return false;
    const stored = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
    if (stored !== this.#opened.checksum('leaves').of(0, bytes.subarray(4))) return false;
    if (this.#address === 0) this.#address = this.#memory.reserve(bytes.length);
    this.#memory.bytes.set(bytes, this.#address);
    this.#isLoaded = true;
    return true;
  }
}
