import { crc32 } from 'node:zlib';
import type { SigningKey } from '../../signing-key.ts';
import type { SectionName } from './sections.ts';

/**
 * Checksums of the units of one section: CRC-32 over the index's seal (see {@link sealOf}), section name, position and
 * bytes, so that a unit that was moved, comes from another build, or is described wrongly by the header, is found out
 * as surely as one with flipped bits. With a key they are the first four bytes of its HMAC over the same, which nobody
 * without the key can make fit.
 */
export class UnitChecksum {
  readonly #start: number;
  readonly #key: SigningKey | undefined;
  readonly #begin: Uint8Array;
  readonly #position = new Uint8Array(4);
  readonly #view = new DataView(this.#position.buffer);

  constructor(seal: Uint8Array, section: SectionName, key?: SigningKey) {
    const name = new TextEncoder().encode(section);
    this.#start = crc32(name, crc32(seal));
    this.#key = key;
    this.#begin = key === undefined ? name : Buffer.concat([seal, name]);
  }

  /** Whether what it checks is the work of somebody who has the key. */
  get isKeyed(): boolean {
    return this.#key !== undefined;
  }

  /** The checksum of a unit's bytes at its position (a row, block or bucket number below 2^32). */
  of(position: number, bytes: Uint8Array): number {
    this.#view.setUint32(0, position, true);
    if (this.#key === undefined) return crc32(bytes, crc32(this.#position, this.#start));
    return Buffer.from(this.#key.sign('unit', this.#begin, this.#position, bytes)).readUInt32LE(0);
  }
}
