import { crc32 } from 'node:zlib';
import type { SigningKey } from '../../signing-key.ts';
import type { SectionName } from './sections.ts';

/**
 * Checksums of the units of one section: CRC-32 over the index's seal (see {@link sealOf}), section name, position and
 * bytes. They detect units that were moved, belong to another build or contradict the header, as reliably as flipped
 * bits. With a key, a checksum is the first four bytes of an HMAC over the same data and cannot be forged.
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

  /** Whether a matching checksum proves that its writer has the key. */
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
