import type { UnitChecksum } from './checksum.ts';
import { damaged } from './damage.ts';
import { RECORD_HEADER_BYTES, UNIT_BYTES } from './layout.ts';
import { decodePayload, type Payload } from './payload.ts';
import type { SymbolTable } from './symbol-table.ts';

/** A row's record: checksum, id rank, scale, payload sizes; int8 vector; payload; zero padding to a full unit. */
export interface RecordParts {
  /** Rank of the row's id among all ids in ascending order; breaks ties. */
  readonly idRank: number;
  /** Scale of the int8 vector; 0 if the row has no vector. */
  readonly scale: number;
  readonly vector: Uint8Array;
  /** The payload, encoded with the symbol table. */
  readonly payload: Uint8Array;
  /** Size of the decoded payload. */
  readonly rawBytes: number;
}

/** Size of a record with its padding. */
export const recordBytes = (dimensions: number, payloadBytes: number): number =>
  Math.ceil((RECORD_HEADER_BYTES + dimensions + payloadBytes) / UNIT_BYTES) * UNIT_BYTES;

/** Writes a record into `target` at offset `at`; returns its size in bytes. */
export function writeRecord(
  target: Uint8Array,
  at: number,
  row: number,
  parts: RecordParts,
  checksum: UnitChecksum,
): number {
  const { vector, payload } = parts;
  const size = recordBytes(vector.length, payload.length);
  const view = new DataView(target.buffer, target.byteOffset + at, size);
  view.setUint32(4, parts.idRank, true);
  view.setFloat32(8, parts.scale, true);
  view.setUint32(12, payload.length, true);
  view.setUint32(16, parts.rawBytes, true);
  target.set(vector, at + RECORD_HEADER_BYTES);
  target.set(payload, at + RECORD_HEADER_BYTES + vector.length);
  target.fill(0, at + RECORD_HEADER_BYTES + vector.length + payload.length, at + size);
  view.setUint32(0, checksum.of(row, target.subarray(at + 4, at + size)), true);
  return size;
}

/** A record's verified bytes; its parts are decoded on demand. */
export class RecordView {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #dimensions: number;

  /** @throws DAMAGED_STORE if the bytes are not those written for this row. */
  constructor(bytes: Uint8Array, row: number, dimensions: number, checksum: UnitChecksum) {
    this.#bytes = bytes;
    this.#dimensions = dimensions;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const least = RECORD_HEADER_BYTES + dimensions;
    if (bytes.length < least || this.#view.getUint32(0, true) !== checksum.of(row, bytes.subarray(4)))
      throw damaged(`record ${row}`, 'does not match its checksum');
    if (least + this.#view.getUint32(12, true) > bytes.length)
      throw damaged(`record ${row}`, 'is shorter than its stated length');
  }

  get idRank(): number {
    return this.#view.getUint32(4, true);
  }

  get scale(): number {
    return this.#view.getFloat32(8, true);
  }

  get vector(): Uint8Array {
    return this.#bytes.subarray(RECORD_HEADER_BYTES, RECORD_HEADER_BYTES + this.#dimensions);
  }

  /** Decodes the payload. @throws DAMAGED_STORE */
  payload(symbols: SymbolTable): Payload {
    const start = RECORD_HEADER_BYTES + this.#dimensions;
    const codes = this.#bytes.subarray(start, start + this.#view.getUint32(12, true));
    const rawBytes = this.#view.getUint32(16, true);
    // A code represents at most eight bytes, so a larger claim is refused before memory is allocated for it.
    if (rawBytes > codes.length * 8)
      throw damaged('a text', 'claims more bytes than its codes can represent');
    return decodePayload(symbols.decode(codes, rawBytes));
  }
}
