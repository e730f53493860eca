import type { Filter } from '../../../core/index.ts';
import { isTurnOver, nextTurn, SragError } from '../../../core/index.ts';
import { type Column, conditionBits, decodeColumn } from '../format/columns.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import type { OpenedSnapshot } from './opened.ts';

/** The rows that match a filter. */
export interface FilterMask {
  /** One bit per row, 32 rows per word. */
  readonly bits: Uint32Array;
  readonly count: number;
}

const JOIN = { maxRequests: 4, gapBytes: 256 * 1024, widestGapBytes: 2 ** 20 };

/** Converts filters to masks. Reads each column that a filter names only once. */
export class FilterColumns {
  readonly #opened: OpenedSnapshot;
  readonly #columns = new Map<string, Column>();

  constructor(opened: OpenedSnapshot) {
    this.#opened = opened;
  }

  async mask(filter: Filter, context: ReadContext): Promise<FilterMask> {
    const fields = new Set(fieldsOf(filter));
    await this.#load(
      [...fields].filter((field) => !this.#columns.has(field)),
      context,
    );
    const { rows } = this.#opened.header;
    const bits = await this.#evaluate(filter, rows);
    let count = 0;
    for (let word = 0; word < bits.length; word++) count += bitsIn(bits[word]!);
    return { bits, count };
  }

  async #load(fields: readonly string[], context: ReadContext): Promise<void> {
    if (fields.length === 0) return;
    const { columns, rows } = this.#opened.header;
    const wanted = fields.map((field) => {
      const index = columns.findIndex(({ name }) => name === field);
      const column = columns[index];
      if (column === undefined)
        throw unknownField(
          field,
          columns.map(({ name }) => name),
        );
      return { index, ...column };
    });
    const ranges = wanted.map(({ offset, sizeBytes }) => ({ offset, length: sizeBytes }));
    const found = await this.#opened.reader.read('columns', ranges, JOIN, context);
    wanted.forEach(({ index, name, type }, place) => {
      const checksum = this.#opened.checksum('columns');
      this.#columns.set(name, decodeColumn(found[place]!, index, type, rows, checksum));
    });
  }

  async #evaluate(filter: Filter, rows: number): Promise<Uint32Array> {
    if ('and' in filter || 'or' in filter) {
      const isAnd = 'and' in filter;
      const bits = isAnd ? allBits(rows) : new Uint32Array(Math.ceil(rows / 32));
      for (const part of isAnd ? filter.and : filter.or) {
        const other = await this.#evaluate(part, rows);
        if (isTurnOver()) await nextTurn();
        for (let word = 0; word < bits.length; word++)
          bits[word] = isAnd ? bits[word]! & other[word]! : bits[word]! | other[word]!;
      }
      return bits;
    }
    if ('not' in filter) {
      const bits = allBits(rows);
      const other = await this.#evaluate(filter.not, rows);
      for (let word = 0; word < bits.length; word++) bits[word] = bits[word]! & ~other[word]!;
      return bits;
    }
    return conditionBits(this.#columns.get(filter.field)!, filter, rows);
  }
}

const unknownField = (field: string, allowed: readonly string[]): SragError =>
  new SragError(
    'UNKNOWN_FIELD',
    `'${field}' is not a filterable field of this index (${allowed.join(', ') || 'it has none'}).`,
    {
      remedy: 'Declare filterable fields when the collection is created: --field NAME:TYPE.',
      fields: { allowed },
    },
  );

function* fieldsOf(filter: Filter): Generator<string> {
  if ('and' in filter) for (const part of filter.and) yield* fieldsOf(part);
  else if ('or' in filter) for (const part of filter.or) yield* fieldsOf(part);
  else if ('not' in filter) yield* fieldsOf(filter.not);
  else yield filter.field;
}

function allBits(rows: number): Uint32Array {
  const bits = new Uint32Array(Math.ceil(rows / 32)).fill(0xffffffff);
  if (rows % 32 !== 0) bits[bits.length - 1] = 2 ** (rows % 32) - 1;
  return bits;
}

function bitsIn(word: number): number {
  let left = word - ((word >>> 1) & 0x55555555);
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333);
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
