import { crc32 } from 'node:zlib';
import type { SectionName } from './sections.ts';

/**
 * Checksums of the units of one section: CRC-32 over the index's seal (see {@link sealOf}), section name, position and
 * bytes, so that a unit that was moved, comes from another build, or is described wrongly by the header, is found out
 * as surely as one with flipped bits.
 */
export class UnitChecksum {
  readonly #start: number;
  readonly #position = new Uint8Array(4);
  readonly #view = new DataView(this.#position.buffer);

  constructor(seal: Uint8Array, section: SectionName) {
    this.#start = crc32(new TextEncoder().encode(section), crc32(seal));
  }

  /** The checksum of a unit's bytes at its position (a row, block or bucket number below 2^32). */
  of(position: number, bytes: Uint8Array): number {
    this.#view.setUint32(0, position, true);
    return crc32(bytes, crc32(this.#position, this.#start));
  }
}
