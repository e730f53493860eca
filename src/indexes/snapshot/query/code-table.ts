import { blockCount, codeStride } from '../format/layout.ts';
import type { KernelMemory } from '../kernels/memory.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import { UnitLoader } from '../reading/unit-loader.ts';
import type { OpenedSnapshot } from './opened.ts';

/** Code blocks in the kernels' memory, in file layout; blocks not loaded yet are zero. */
export class CodeTable {
  readonly address: number;
  readonly stride: number;
  readonly blocks: number;
  readonly #loader: UnitLoader;

  constructor(opened: OpenedSnapshot, memory: KernelMemory) {
    const { rows, vectors } = opened.header;
    this.blocks = blockCount(rows);
    this.stride = codeStride(vectors!.dimensions, vectors!.codeBits);
    this.address = memory.reserve(this.blocks * this.stride);
    this.#loader = new UnitLoader(
      opened.reader,
      { section: 'codes', unitBytes: this.stride, units: this.blocks },
      opened.checksum('codes'),
      (block, bytes) => memory.bytes.set(bytes, this.address + block * this.stride),
    );
  }

  get isEmpty(): boolean {
    return this.#loader.isEmpty;
  }

  get isComplete(): boolean {
    return this.#loader.isComplete;
  }

  loadAll(context: ReadContext): Promise<void> {
    return this.#loader.all(context);
  }

  /** Loads all codes from the cold-start copy, once it has arrived. */
  loadFrom(copy: Promise<Uint8Array | undefined>, context: ReadContext): Promise<void> {
    return this.#loader.allFrom(copy, context);
  }

  load(blocks: readonly number[], context: ReadContext): Promise<void> {
    return this.#loader.some(blocks, context);
  }
}
