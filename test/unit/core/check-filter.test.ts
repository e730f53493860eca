import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFilter, type Filter, matchesFilter, SragError } from '../../../src/core/index.ts';

const FIELDS = { year: 'number', kind: 'string', open: 'boolean', tags: 'string[]' } as const;

function refusal(value: unknown): { code: string; path: unknown; message: string } {
  try {
    checkFilter(value, FIELDS);
  } catch (error) {
    if (error instanceof SragError)
      return { code: error.code, path: error.fields.path, message: error.message };
  }
  return expect.unreachable('it was taken');
}

describe('checkFilter', () => {
  it.each([
    ['a string', 'year > 3', 'filter'],
    ['a list', [], 'filter'],
    ['null', null, 'filter'],
    ['no condition', {}, 'filter'],
    ['a condition with another key', { field: 'year', op: 'eq', value: 1, also: 2 }, 'filter'],
    ['both `and` and `or`', { and: [], or: [] }, 'filter'],
    ['parts that are not a list', { and: {} }, 'filter.and'],
    ['a part that is not an object', { or: [{ field: 'year', op: 'eq', value: 1 }, 3] }, 'filter.or[1]'],
    ['an unknown operator', { not: { field: 'year', op: '>', value: 1 } }, 'filter.not.op'],
    ['a value of another type', { field: 'year', op: 'lt', value: '1' }, 'filter.value'],
    ['a number that is not finite', { field: 'year', op: 'eq', value: Number.NaN }, 'filter.value'],
    ['null as a value', { field: 'kind', op: 'eq', value: null }, 'filter.value'],
    ['an empty list of values', { field: 'kind', op: 'in', value: [] }, 'filter.value'],
    ['a list with a value of another type', { field: 'kind', op: 'in', value: ['a', 2] }, 'filter.value[1]'],
    ['an order of booleans', { field: 'open', op: 'lt', value: true }, 'filter.op'],
    ['an order of lists', { field: 'tags', op: 'gte', value: 'a' }, 'filter.op'],
  ])('rejects %s and reports its path', (_, value, path) => {
    expect(refusal(value)).toMatchObject({ code: 'INVALID_FILTER', path });
  });

  it.each([
    ['x', "at filter: it is 'x', not an object"],
    [[], 'at filter: it is a list, not an object'],
    [null, 'at filter: it is null, not an object'],
    [5, 'at filter: it is 5, not an object'],
    [{}, 'it has no keys; write {field, op, value}, {and}, {or} or {not}'],
    [{ or: 1, and: 2 }, 'its keys are and,or;'],
    [{ and: 1 }, 'it must be a list of filters'],
    [{ field: 'year', op: {}, value: 1 }, 'it is an object; known: eq, ne, in, lt, lte, gt, gte'],
    [{ field: 'year', op: 'in', value: 5 }, "'in' takes a list of 1 to 1000 values"],
    [{ field: 'year', op: 'eq', value: true }, 'it is true; the field has type number'],
    [{ field: 'tags', op: 'eq', value: ['a'] }, 'it is a list; the field has type string[]'],
    [{ field: 'open', op: 'gt', value: false }, "'gt' cannot compare values of type boolean"],
    [{ field: 'tags', op: 'lt', value: 'a' }, "'lt' cannot compare values of type string[]"],
    [{ field: 'kind', op: 'eq', value: 'x'.repeat(2_001) }, 'it has 2001 characters; the limit is 2000'],
  ])('explains what is wrong with %j', (value, message) => {
    expect(() => checkFilter(value, FIELDS)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(message),
        remedy: expect.stringContaining('{"field": "year", "op": "gte", "value": 2024}'),
      }),
    );
  });

  it('suggests the field with the nearest name, or to declare the field if no name is near', () => {
    const of = (field: unknown, fields: typeof FIELDS | object = FIELDS) => {
      try {
        return checkFilter({ field, op: 'eq', value: 1 }, fields as typeof FIELDS);
      } catch (error) {
        return error;
      }
    };
    expect(of('yaer')).toMatchObject({
      message: "'yaer' is not a filterable field (year, kind, open, tags).",
      remedy: "Did you mean 'year'?",
      fields: { path: 'filter.field', allowed: ['year', 'kind', 'open', 'tags'] },
    });
    for (const field of [3, 'quarter'])
      expect(of(field)).toMatchObject({ remedy: expect.stringContaining('--field NAME:TYPE') });
    expect(of({}, {})).toMatchObject({
      message: 'an object is not a filterable field (none is declared).',
      fields: { allowed: [] },
    });
  });

  it('rejects filters that are nested too deeply', () => {
    let filter: unknown = { field: 'year', op: 'eq', value: 1 };
    for (let level = 0; level < 20; level++) filter = { not: filter };
    expect(refusal(filter)).toMatchObject({ code: 'INVALID_FILTER', message: expect.stringContaining('16') });
  });

  const condition = { field: 'year', op: 'eq', value: 1 };
  const nested = (levels: number): unknown =>
    Array.from({ length: levels }).reduce((filter) => ({ and: [filter] }), condition);
  const list = (length: number): unknown => ({
    field: 'year',
    op: 'in',
    value: Array.from({ length }, (_, index) => index),
  });
  const text = (length: number): unknown => ({ field: 'kind', op: 'eq', value: 'x'.repeat(length) });

  it.each([
    ['levels', nested(16), nested(17), `filter${'.and[0]'.repeat(17)}`],
    ['parts', { or: Array(199).fill(condition) }, { or: Array(200).fill({ and: [] }) }, 'filter.or[199]'],
    ['values of a list', list(1_000), list(1_001), 'filter.value'],
    [
      'values in total',
      { or: [list(1_000), list(1_000)] },
      { or: [list(1_000), list(1_000), condition] },
      'filter.or[2].value',
    ],
    ['characters of a value', text(2_000), text(2_001), 'filter.value'],
  ])('accepts as many %s as the limit allows, and no more', (_, most, over, path) => {
    expect(checkFilter(most, FIELDS)).toEqual(most);
    expect(refusal(over)).toMatchObject({ code: 'INVALID_FILTER', path });
  });

  it.each([
    ['a field', { field: 'x'.repeat(900_000), op: 'eq', value: 1 }],
    ['an operator', { field: 'year', op: 'x'.repeat(900_000), value: 1 }],
    ['a value', { field: 'year', op: 'eq', value: 'x'.repeat(900_000) }],
    ['a key', { ['x'.repeat(900_000)]: 1 }],
    ['an object as value', { field: 'year', op: 'eq', value: { text: 'x'.repeat(900_000) } }],
  ])('quotes only the beginning of %s', (_, value) => {
    expect(refusal(value).message.length).toBeLessThan(400);
  });

  it.each(['yaer', 'constructor', '__proto__', 3])('rejects the undeclared field %s', (field) => {
    expect(refusal({ field, op: 'eq', value: 1 })).toMatchObject({
      code: 'UNKNOWN_FIELD',
      path: 'filter.field',
      message: expect.stringContaining('year, kind, open, tags'),
    });
  });

  it('returns a valid filter unchanged', () => {
    const condition: fc.Arbitrary<Filter> = fc.oneof(
      fc.record({
        field: fc.constant('year'),
        op: fc.constantFrom('eq', 'ne', 'lt', 'gte'),
        value: fc.integer(),
      }),
      fc.record({ field: fc.constant('tags'), op: fc.constantFrom('eq', 'ne'), value: fc.string() }),
      fc.record({
        field: fc.constant('kind'),
        op: fc.constant('in'),
        value: fc.array(fc.string(), { minLength: 1 }),
      }),
    ) as fc.Arbitrary<Filter>;
    const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
      filter: fc.oneof(
        { maxDepth: 4 },
        condition,
        fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
        fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
        fc.record({ not: tie('filter') }),
      ),
    }));
    fc.assert(
      fc.property(filter, (given) => {
        expect(checkFilter(given, FIELDS)).toEqual(given);
      }),
    );
  });
});

describe('matchesFilter', () => {
  const values = { year: 2024, kind: '나', open: true, tags: ['a', 'b'] };
  it.each<[Filter, boolean]>([
    [{ field: 'year', op: 'eq', value: 2024 }, true],
    [{ field: 'year', op: 'gt', value: 2024 }, false],
    [{ field: 'year', op: 'gt', value: 2023 }, true],
    [{ field: 'year', op: 'gte', value: 2025 }, false],
    [{ field: 'year', op: 'lt', value: 2024 }, false],
    [{ field: 'year', op: 'lt', value: 2025 }, true],
    [{ field: 'year', op: 'lte', value: 2024 }, true],
    [{ field: 'year', op: 'lte', value: 2023 }, false],
    [{ field: 'year', op: 'ne', value: 2024 }, false],
    [{ field: 'kind', op: 'lt', value: '가' }, false],
    [{ field: 'kind', op: 'lte', value: '나' }, true],
    [{ field: 'tags', op: 'in', value: ['x', 'b'] }, true],
    [{ field: 'tags', op: 'in', value: ['x'] }, false],
    [{ field: 'year', op: 'lt', value: '3000' }, false],
    [{ field: 'kind', op: 'gt', value: 0 }, false],
    [{ and: [{ field: 'year', op: 'eq', value: 2024 }, { or: [] }] }, false],
    [{ or: [{ field: 'year', op: 'eq', value: 1 }, { and: [] }] }, true],
    [{ field: 'year', op: 'gte', value: 2024 }, true],
    [{ field: 'kind', op: 'gt', value: '가' }, true],
    [{ field: 'kind', op: 'in', value: ['x', '나'] }, true],
    [{ field: 'open', op: 'eq', value: true }, true],
    [{ field: 'tags', op: 'eq', value: 'b' }, true],
    [{ field: 'tags', op: 'ne', value: 'b' }, false],
    [{ and: [] }, true],
    [{ or: [] }, false],
    [{ not: { field: 'year', op: 'lt', value: 2000 } }, true],
  ])('evaluates %j to %s', (filter, expected) => {
    expect(matchesFilter(filter, values)).toBe(expected);
  });

  it.each(['eq', 'lt', 'lte', 'gt', 'gte'] as const)(
    'matches a missing field only with ne or with the negation of %s',
    (op) => {
      const filter: Filter = { field: 'year', op, value: 1 };
      expect([{}, { year: null }].map((held) => matchesFilter(filter, held))).toEqual([false, false]);
      expect(matchesFilter({ not: filter }, {})).toBe(true);
      expect(matchesFilter({ field: 'year', op: 'ne', value: 1 }, {})).toBe(true);
    },
  );
});
