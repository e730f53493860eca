import type { Data, DataType, Field, RecordBatch, Schema, Table, Vector } from 'apache-arrow';
import { lanceError } from './errors.ts';
import type { ArrowModule } from './native.ts';

/** Values of one column; a missing value is null in the table. */
export type ColumnValues =
  | { readonly values: readonly unknown[] }
  /** One vector per row; `undefined` rows are null. */
  | { readonly vectors: readonly (Float32Array | undefined)[] };

/** Builds an Arrow table with one batch from columns, in the order of `schema`. */
export function tableOf(
  arrow: ArrowModule,
  schema: Schema,
  columns: Readonly<Record<string, ColumnValues>>,
  rows: number,
): Table {
  const children = schema.fields.map((field) => {
    const column = columns[field.name];
    if (column === undefined) throw new TypeError(`column ${field.name} is missing`);
    return 'vectors' in column
      ? vectorData(arrow, field, column.vectors)
      : columnData(arrow, field, column.values);
  });
  const data = arrow.makeData({
    type: new arrow.Struct(schema.fields),
    length: rows,
    nullCount: 0,
    children,
  });
  return new arrow.Table(schema, [new arrow.RecordBatch(schema, data)]);
}

function columnData(arrow: ArrowModule, field: Field, values: readonly unknown[]): Data {
  if (arrow.DataType.isUtf8(field.type)) return textData(arrow, field, values as readonly (string | null)[]);
  const data = arrow.vectorFromArray(values, field.type).data[0];
  return data ?? arrow.makeData({ type: field.type as never, length: 0 });
}

/** Writes all texts into one buffer: Arrow's own builder takes four times as long. */
function textData(arrow: ArrowModule, field: Field, texts: readonly (string | null | undefined)[]): Data {
  const valueOffsets = new Int32Array(texts.length + 1);
  texts.forEach((text, row) => {
    valueOffsets[row + 1] = valueOffsets[row]! + Buffer.byteLength(text ?? '');
  });
  const data = Buffer.allocUnsafeSlow(valueOffsets[texts.length]!);
  texts.forEach((text, row) => {
    data.write(text ?? '', valueOffsets[row]!);
  });
  const length = texts.length;
  return arrow.makeData({
    type: field.type as never,
    length,
    valueOffsets,
    data,
    ...validity(texts),
  } as never);
}

function vectorData(arrow: ArrowModule, field: Field, vectors: readonly (Float32Array | undefined)[]): Data {
  const dimensions: number = (field.type as DataType & { listSize: number }).listSize;
  const values = new Float32Array(vectors.length * dimensions);
  vectors.forEach((vector, row) => {
    if (vector !== undefined) values.set(vector, row * dimensions);
  });
  const child = arrow.makeData({
    type: new arrow.Float32(),
    length: values.length,
    data: values,
    nullCount: 0,
  });
  const length = vectors.length;
  return arrow.makeData({ type: field.type as never, length, child, ...validity(vectors) } as never);
}

/** Null count and null bitmap of the rows. */
function validity(values: readonly unknown[]): { nullCount: number; nullBitmap?: Uint8Array } {
  const nullBitmap = new Uint8Array((values.length + 7) >> 3);
  let nullCount = 0;
  values.forEach((value, row) => {
    if (value === undefined || value === null) nullCount += 1;
    else nullBitmap[row >> 3] = nullBitmap[row >> 3]! | (1 << (row & 7));
  });
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap };
}

/** Reads the columns of one batch by name. */
export class BatchReader {
  readonly rows: number;
  readonly #batch: RecordBatch;

  constructor(batch: RecordBatch) {
    this.#batch = batch;
    this.rows = batch.numRows;
  }

  has(name: string): boolean {
    return this.#batch.schema.fields.some((field) => field.name === name);
  }

  /** Returns a function from a row to its value in a column, or null if it has none. */
  column<T>(name: string): (row: number) => T | null {
    const vector = this.#vector(name);
    return (row) => vector.get(row) as T | null;
  }

  /**
   * Returns a function from a row to its parsed JSON text; `missing` replaces missing texts.
   * @throws DAMAGED_STORE for invalid JSON
   */
  json<T>(name: string, missing: string): (row: number) => T {
    const text = this.column<string>(name);
    return (row) => {
      try {
        return JSON.parse(text(row) ?? missing) as T;
      } catch (error) {
        throw lanceError(error, `Reading the column ${name}`);
      }
    };
  }

  /** Returns a function from a row to its vector, a view of the batch's memory. Copy it to keep it. */
  vectors(name: string, dimensions: number): (row: number) => Float32Array | undefined {
    const vector = this.#vector(name);
    const data = vector.data[0];
    const child = data?.children[0];
    if (data === undefined || child === undefined) return () => undefined;
    const values = child.values as Float32Array;
    return (row) => {
      if (!vector.isValid(row)) return undefined;
      const start = (data.offset + row) * dimensions;
      return values.subarray(start, start + dimensions);
    };
  }

  #vector(name: string): Vector {
    const vector = this.#batch.getChild(name);
    if (vector === null) throw new TypeError(`column ${name} is missing`);
    return vector;
  }
}
