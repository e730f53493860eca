import type { UnitChecksum } from '../format/checksum.ts';
import { BLOCK_ROWS, codeStride, FACTORS_AT, PLANES_AT } from '../format/layout.ts';
import type { VectorSettings } from '../format/opening.ts';
import type { SectionName } from '../format/sections.ts';
import type { Collected } from './collect.ts';
import { LeafTable } from './leaf-table.ts';
import { MAX_FACTOR_CODE } from './measure-codes.ts';
import type { RowOrder } from './order-rows.ts';
import type { SegmentWriter } from './segment-writer.ts';

/** A vector as its record stores it: int8 values times `scale`. */
export interface QuantisedVector {
  readonly vector: Uint8Array;
  readonly scale: number;
}

/** Writes the codes of vectors, block by block, and the table of leaves. */
export class CodeWriter {
  readonly #collected: Collected;
  readonly #settings: VectorSettings;
  readonly #codes: SegmentWriter;
  readonly #checksum: UnitChecksum;
  readonly #leaves: LeafTable;
  readonly #stride: number;
  /** Addresses in the kernels' memory. */
  readonly #at: Readonly<Record<'vector' | 'residual' | 'mean' | 'int8' | 'block' | 'variance', number>>;

  constructor(
    collected: Collected,
    { mean }: RowOrder,
    settings: VectorSettings,
    codes: SegmentWriter,
    checksum: UnitChecksum,
  ) {
    const { memory, dimensions } = collected;
    const size = 4 * dimensions;
    this.#collected = collected;
    this.#settings = settings;
    this.#codes = codes;
    this.#checksum = checksum;
    this.#stride = codeStride(settings.dimensions, settings.codeBits);
    this.#at = {
      vector: memory.reserve(size),
      residual: memory.reserve(size),
      mean: memory.reserve(size),
      int8: memory.reserve(dimensions),
      block: memory.reserve(this.#stride),
      variance: memory.reserve(4),
    };
    memory.floats.set(mean, this.#at.mean / 4);
    this.#leaves = new LeafTable(collected, settings.leafRows);
  }

  /** Encodes a float32 vector as row `index` of the current block; the result is valid until the next call. */
  add(index: number, vector: Uint8Array): QuantisedVector {
    const { memory, kernels, dimensions } = this.#collected;
    const { codeBits, factorStep } = this.#settings;
    const at = this.#at;
    memory.bytes.set(vector, at.vector);
    const scale = kernels.quantise(at.vector, dimensions, at.int8);
    memory.bytes.copyWithin(at.residual, at.vector, at.vector + 4 * dimensions);
    kernels.addScaled(at.residual, at.mean, -1, dimensions);
    const factor = kernels.encode(
      at.residual,
      dimensions,
      codeBits,
      at.block + PLANES_AT,
      index,
      at.variance,
    );
    const code = Math.min(MAX_FACTOR_CODE, Math.round(factor / factorStep));
    memory.bytes[at.block + FACTORS_AT + 2 * index] = code & 255;
    memory.bytes[at.block + FACTORS_AT + 2 * index + 1] = code >> 8;
    this.#leaves.add(at.vector);
    return { vector: memory.bytes.subarray(at.int8, at.int8 + dimensions), scale };
  }

  /** Writes the current block and begins the next. Also finishes the leaf if this was its last block. */
  async finishBlock(block: number): Promise<void> {
    const { memory, rows } = this.#collected;
    if (this.#codes.isFull(this.#stride)) await this.#codes.flush();
    const bytes = memory.bytes.subarray(this.#at.block, this.#at.block + this.#stride);
    const sum = this.#checksum.of(block, bytes.subarray(4));
    for (let byte = 0; byte < 4; byte++) bytes[byte] = (sum >>> (8 * byte)) & 255;
    this.#codes.append(bytes);
    bytes.fill(0);
    const end = (block + 1) * BLOCK_ROWS;
    if (end % this.#settings.leafRows === 0 || end >= rows) this.#leaves.finishLeaf();
  }

  /** Writes the table of leaves; returns the sizes of the segments. */
  async finish(
    table: SegmentWriter,
    checksum: UnitChecksum,
  ): Promise<Record<Extract<SectionName, 'codes' | 'leaves'>, readonly number[]>> {
    table.append(this.#leaves.finish(checksum));
    return { codes: await this.#codes.finish(), leaves: await table.finish() };
  }
}
