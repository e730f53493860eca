import {
  conditionTest,
  type FieldType,
  type Filter,
  type FilterScalar,
  isTurnOver,
  nextTurn,
} from '../../../core/index.ts';
import type { UnitChecksum } from './checksum.ts';
import { damaged } from './damage.ts';

/**
 * Layout of one filterable field for all rows: checksum (u32), size of its values in bytes (u32), bytes per
 * code (u8: 1, 2, 4, or 0 for lists), 7 unused; the distinct values as a JSON list; then one code per row: 0
 * if the field is missing, else the number of its value, counted from 1. For `string[]`, each row has the
 * varint of its number of values and the varints of their codes.
 */
export const COLUMN_HEAD_BYTES = 16;

export interface Column {
  readonly type: FieldType;
  readonly values: readonly FilterScalar[];
  /** One code per row; for lists, all codes concatenated. */
  readonly codes: Uint32Array;
  /** Lists only: start of each row's codes. */
  readonly starts?: Uint32Array;
}

/** Parses a column. @throws DAMAGED_STORE */
export function decodeColumn(
  bytes: Uint8Array,
  column: number,
  type: FieldType,
  rows: number,
  checksum: UnitChecksum,
): Column {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < COLUMN_HEAD_BYTES || view.getUint32(0, true) !== checksum.of(column, bytes.subarray(4)))
    throw damaged(`filter column ${column}`, 'does not match its checksum');
  const valuesEnd = COLUMN_HEAD_BYTES + view.getUint32(4, true);
  const width = bytes[8]!;
  const values = readValues(bytes.subarray(COLUMN_HEAD_BYTES, valuesEnd), column);
  const cells = bytes.subarray(valuesEnd);
  if (width === 0) return { type, values, ...readLists(cells, rows, column) };
  if (![1, 2, 4].includes(width) || cells.length !== rows * width)
    throw damaged(`filter column ${column}`, 'has the wrong size');
  const codes = new Uint32Array(rows);
  const cell = new DataView(cells.buffer, cells.byteOffset, cells.byteLength);
  for (let row = 0; row < rows; row++) {
    codes[row] =
      width === 1 ? cells[row]! : width === 2 ? cell.getUint16(2 * row, true) : cell.getUint32(4 * row, true);
  }
  return { type, values, codes };
}

function readValues(bytes: Uint8Array, column: number): FilterScalar[] {
  try {
    const values: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (Array.isArray(values)) return values;
  } catch {
    // Reported below.
  }
  throw damaged(`filter column ${column}`, 'has no list of values');
}

function readLists(
  cells: Uint8Array,
  rows: number,
  column: number,
): { codes: Uint32Array; starts: Uint32Array } {
  const codes = new Uint32Array(cells.length);
  const starts = new Uint32Array(rows + 1);
  let at = 0;
  let used = 0;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = cells[at++];
      if (byte === undefined) throw damaged(`filter column ${column}`, 'ends too early');
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    return value;
  };
  for (let row = 0; row < rows; row++) {
    starts[row] = used;
    for (let left = next(); left > 0; left--) codes[used++] = next();
  }
  starts[rows] = used;
  return { codes: codes.subarray(0, used), starts };
}

type Condition = Extract<Filter, { readonly field: string }>;

/** Number of values, or of words of 32 rows, processed before yielding to the event loop. */
const SLICE = 4_096;

/** One bit per row, set if it satisfies a condition; 32 rows per word. */
export async function conditionBits(
  column: Column,
  condition: Condition,
  rows: number,
): Promise<Uint32Array> {
  const { values, codes, starts } = column;
  // The condition is evaluated once per value, not per row. Lists match `ne` if no value is equal.
  const isListNe = starts !== undefined && condition.op === 'ne';
  const test = conditionTest(isListNe ? { ...condition, op: 'eq' } : condition);
  const answers = new Uint8Array(values.length + 1);
  answers[0] = !isListNe && test(undefined) ? 1 : 0;
  for (let index = 0; index < values.length; index++) {
    if (index % SLICE === 0 && isTurnOver()) await nextTurn();
    answers[index + 1] = test(values[index]) ? 1 : 0;
  }
  const bits = new Uint32Array(Math.ceil(rows / 32));
  for (let word = 0; word < bits.length; word++) {
    if (word % SLICE === 0 && isTurnOver()) await nextTurn();
    const end = Math.min(rows, 32 * word + 32);
    for (let row = 32 * word; row < end; row++) {
      const matches =
        starts === undefined
          ? answers[codes[row]!] === 1
          : hasAnswer(answers, codes, starts[row]!, starts[row + 1]!) !== isListNe;
      if (matches) bits[word]! |= 1 << (row & 31);
    }
  }
  return bits;
}

function hasAnswer(answers: Uint8Array, codes: Uint32Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (answers[codes[at]!] === 1) return true;
  return false;
}
