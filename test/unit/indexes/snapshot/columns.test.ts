import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFilter, type FieldType, type Filter, matchesFilter } from '../../../../src/core/index.ts';
import { fieldValue } from '../../../../src/corpus/index.ts';
import { ColumnBuilder } from '../../../../src/indexes/snapshot/build/column-builder.ts';
import { UnitChecksum } from '../../../../src/indexes/snapshot/format/checksum.ts';
import { conditionBits, decodeColumn } from '../../../../src/indexes/snapshot/format/columns.ts';

const checksum = new UnitChecksum(Buffer.from('some index'), 'columns');
const TYPES: readonly FieldType[] = ['string', 'number', 'boolean', 'string[]'];

/** Few distinct values, so that conditions often match. */
const word = fc.constantFrom('', 'a', 'b', 'B', 'é', 'ｚ', '😀', "it's", 'ab');
const number = fc.constantFrom(-1.5, 0, 1, 2, 2.5, 1e300, 2_024);
const held = {
  string: word,
  number,
  boolean: fc.boolean(),
  'string[]': fc.oneof(word, fc.array(word, { maxLength: 4 })),
} as const satisfies Record<FieldType, fc.Arbitrary<unknown>>;

/** Metadata without a value of the field's type: missing values and values of another type. */
const strange = fc.constantFrom(undefined, null, {}, 'text', 7, [], [1, 'b']);

const condition = (type: FieldType): fc.Arbitrary<Filter> => {
  const scalar: fc.Arbitrary<string | number | boolean> = type === 'string[]' ? word : held[type];
  const equal = fc.record({ field: fc.constant('f'), op: fc.constantFrom('eq', 'ne'), value: scalar });
  const within = fc.record({
    field: fc.constant('f'),
    op: fc.constant('in'),
    value: fc.array(scalar, { minLength: 1, maxLength: 3 }),
  });
  const range = fc.record({
    field: fc.constant('f'),
    op: fc.constantFrom('lt', 'lte', 'gt', 'gte'),
    value: scalar,
  });
  return fc.oneof(
    equal,
    within,
    ...(type === 'string' || type === 'number' ? [range] : []),
  ) as fc.Arbitrary<Filter>;
};

const isSet = (bits: Uint32Array, row: number): boolean => ((bits[row >>> 5]! >>> (row & 31)) & 1) === 1;

describe('a filter column', () => {
  it.each(TYPES)(
    'of type %s evaluates conditions with the same result as matchesFilter on each value',
    async (type) => {
      const metadata = fc.oneof({ weight: 4, arbitrary: held[type] }, { weight: 1, arbitrary: strange });
      const values = fc.array(metadata, { minLength: 1, maxLength: 120 });
      const property = fc.asyncProperty(values, condition(type), async (given, asked) => {
        const stored = given.map((value) => fieldValue(value as never, type));
        const builder = new ColumnBuilder(type);
        for (const value of stored) builder.add(value);
        const order = Uint32Array.from(stored, (_, row) => stored.length - 1 - row);
        const column = decodeColumn(builder.encode(3, order, checksum), 3, type, stored.length, checksum);
        const filter = checkFilter(asked, { f: type }) as Parameters<typeof conditionBits>[1];
        const bits = await conditionBits(column, filter, stored.length);
        stored.forEach((value, source) => {
          const row = stored.length - 1 - source;
          expect(isSet(bits, row)).toBe(matchesFilter(filter, { f: value }));
        });
        expect(bits.at(-1)! >>> 0).toBeLessThan(2 ** (((stored.length - 1) % 32) + 1));
      });
      await fc.assert(property, { numRuns: 200 });
    },
  );

  it.each([
    [200, 1],
    [256, 2],
    [65_600, 4],
  ])('with %i distinct values uses %i bytes per row and finds each value', async (distinct, width) => {
    const builder = new ColumnBuilder('number');
    for (let row = 0; row < distinct; row++) builder.add(row * 2);
    const order = Uint32Array.from({ length: distinct }, (_, row) => row);
    const bytes = builder.encode(0, order, checksum);
    expect(bytes[8]).toBe(width);
    const column = decodeColumn(bytes, 0, 'number', distinct, checksum);
    const bits = await conditionBits(column, { field: 'f', op: 'gte', value: 2 * (distinct - 1) }, distinct);
    expect([isSet(bits, distinct - 2), isSet(bits, distinct - 1)]).toEqual([false, true]);
  });

  it('is rejected if it is truncated, or read for another position or number of rows', () => {
    const builder = new ColumnBuilder('string');
    builder.add('a');
    const bytes = builder.encode(0, Uint32Array.of(0), checksum);
    for (const read of [
      () => decodeColumn(bytes, 1, 'string', 1, checksum),
      () => decodeColumn(bytes, 0, 'string', 2, checksum),
      () => decodeColumn(bytes.subarray(0, 10), 0, 'string', 1, checksum),
    ])
      expect(read).toThrow(expect.objectContaining({ code: 'DAMAGED_STORE' }));
  });
});
