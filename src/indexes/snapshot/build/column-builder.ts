import type { FieldType, FilterScalar, JsonValue } from '../../../core/index.ts';
import type { UnitChecksum } from '../format/checksum.ts';
import { COLUMN_HEAD_BYTES } from '../format/columns.ts';
import { ByteWriter } from '../format/varint.ts';
import { GrowingWords } from './growing.ts';

/** Collects one filterable field of all rows: distinct values and codes. */
export class ColumnBuilder {
  readonly type: FieldType;
  readonly #codes = new GrowingWords();
  /** Lists only: number of values of each row. */
  readonly #counts = new GrowingWords();
  readonly #values = new Map<FilterScalar, number>();

  constructor(type: FieldType) {
    this.type = type;
  }

  /** Adds a row's value as returned by `fieldValue`: null if it is missing. */
  add(value: JsonValue): void {
    if (this.type !== 'string[]') {
      this.#codes.push(value === null ? 0 : this.#codeOf(value as FilterScalar));
      return;
    }
    const list = Array.isArray(value) ? (value as readonly string[]) : [];
    this.#counts.push(list.length);
    for (const item of list) this.#codes.push(this.#codeOf(item));
  }

  /** Encodes the column. `order[i]`: the added row that becomes row i of the index. */
  encode(column: number, order: Uint32Array, checksum: UnitChecksum): Uint8Array {
    const sorted = [...this.#values.keys()].sort(compare);
    const renumbered = new Uint32Array(sorted.length + 1);
    sorted.forEach((value, index) => {
      renumbered[this.#values.get(value)!] = index + 1;
    });
    const values = new TextEncoder().encode(JSON.stringify(sorted));
    const width = this.type === 'string[]' ? 0 : sorted.length < 256 ? 1 : sorted.length < 65_536 ? 2 : 4;
    const cells = width === 0 ? this.#lists(order, renumbered) : this.#cells(order, renumbered, width);
    const bytes = new Uint8Array(COLUMN_HEAD_BYTES + values.length + cells.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(4, values.length, true);
    bytes[8] = width;
    bytes.set(values, COLUMN_HEAD_BYTES);
    bytes.set(cells, COLUMN_HEAD_BYTES + values.length);
    view.setUint32(0, checksum.of(column, bytes.subarray(4)), true);
    return bytes;
  }

  #codeOf(value: FilterScalar): number {
    const known = this.#values.get(value);
    if (known !== undefined) return known;
    const code = this.#values.size + 1;
    this.#values.set(value, code);
    return code;
  }

  #cells(order: Uint32Array, renumbered: Uint32Array, width: number): Uint8Array {
    const codes = this.#codes.view();
    const cells = new Uint8Array(order.length * width);
    order.forEach((source, row) => {
      const code = renumbered[codes[source]!]!;
      for (let byte = 0; byte < width; byte++) cells[row * width + byte] = (code >>> (8 * byte)) & 255;
    });
    return cells;
  }

  #lists(order: Uint32Array, renumbered: Uint32Array): Uint8Array {
    const [codes, counts] = [this.#codes.view(), this.#counts.view()];
    const starts = new Uint32Array(counts.length + 1);
    counts.forEach((count, row) => {
      starts[row + 1] = starts[row]! + count;
    });
    const writer = new ByteWriter();
    for (const source of order) {
      writer.varint(counts[source]!);
      for (let at = starts[source]!; at < starts[source + 1]!; at++) writer.varint(renumbered[codes[at]!]!);
    }
    return writer.view().slice();
  }
}

const compare = (left: FilterScalar, right: FilterScalar): number =>
  left < right ? -1 : left > right ? 1 : 0;
