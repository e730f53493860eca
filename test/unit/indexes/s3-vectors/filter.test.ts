import { describe, expect, it } from 'vitest';
import { type Filter, type FilterScalar, matchesFilter } from '../../../../src/core/index.ts';
import { type VectorFilter, vectorFilter } from '../../../../src/indexes/s3-vectors/filter.ts';
import { vectorMetadata } from '../../../../src/indexes/s3-vectors/metadata.ts';
import { testDocument, testSettings } from '../../../support/chunks.ts';
import { seeded } from '../../../support/seeded.ts';

const year = (op: 'lt' | 'gte', value: number): Filter => ({ field: 'year', op, value });
const kind = (value: string): Filter => ({ field: 'kind', op: 'eq', value });

describe('filters for S3 Vectors', () => {
  it.each<[string, Filter, VectorFilter | boolean]>([
    ['eq', kind('note'), { _kind: { $eq: 'note' } }],
    [
      'ne, which a missing field matches',
      { field: 'kind', op: 'ne', value: 'note' },
      { $or: [{ _kind: { $exists: false } }, { _kind: { $nin: ['note'] } }] },
    ],
    ['in', { field: 'year', op: 'in', value: [1, 2] }, { _year: { $in: [1, 2] } }],
    [
      'a range, which a missing field does not match',
      year('gte', 2000),
      { $and: [{ _year: { $exists: true } }, { _year: { $gte: 2000 } }] },
    ],
    [
      'a negated range',
      { not: year('lt', 2000) },
      { $or: [{ _year: { $exists: false } }, { _year: { $gte: 2000 } }] },
    ],
    [
      'a negated conjunction',
      { not: { and: [{ not: kind('a') }, { field: 'kind', op: 'ne', value: 'b' }] } },
      { $or: [{ _kind: { $eq: 'a' } }, { _kind: { $eq: 'b' } }] },
    ],
    ['a filter that matches everything', { and: [] }, true],
    ['a filter that matches nothing', { and: [kind('a'), { or: [] }] }, false],
    ['a part that matches everything', { and: [kind('a'), { not: { or: [] } }] }, { _kind: { $eq: 'a' } }],
  ])('are compiled: %s', (_, filter, expected) => {
    expect(vectorFilter(filter)).toEqual(expected);
  });

  it.each<[string, Filter]>([
    ['ranges of strings', { not: { field: 'kind', op: 'gte', value: 'a' } }],
    ['more than 100 conditions', { or: Array.from({ length: 101 }, (_, n) => kind(`k${n}`)) }],
  ])('are refused: %s', (_, filter) => {
    expect(() => vectorFilter(filter)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });

  it('match what the filters of the other kinds match, for random filters and metadata', () => {
    const random = seeded(20261130);
    const settings = testSettings(2);
    const matches = { some: 0, all: 0 };
    for (let round = 0; round < 3_000; round++) {
      const metadata = randomMetadata(random);
      const filter = randomFilter(random, 3);
      const { chunk } = testDocument('d', { chunks: 1, metadata }).chunks[0]!;
      const stored = JSON.parse(vectorMetadata(chunk, settings));
      const compiled = vectorFilter(filter);
      const expected = matchesFilter(filter, metadata);
      expect(
        typeof compiled === 'boolean' ? compiled : holds(compiled, stored),
        JSON.stringify([filter, metadata]),
      ).toBe(expected);
      matches.all++;
      if (expected) matches.some++;
    }
    expect(matches.some).toBeGreaterThan(0.2 * matches.all);
    expect(matches.some).toBeLessThan(0.8 * matches.all);
  });
});

type Stored = Readonly<Record<string, unknown>>;

/** Evaluates a filter as AWS documents its operators; comparisons with missing keys are not documented, so they fail. */
function holds(filter: VectorFilter, stored: Stored): boolean {
  if (filter.$and !== undefined) return (filter.$and as VectorFilter[]).every((part) => holds(part, stored));
  if (filter.$or !== undefined) return (filter.$or as VectorFilter[]).some((part) => holds(part, stored));
  const [[key, condition]] = Object.entries(filter) as [[string, Stored]];
  const [[operator, operand]] = Object.entries(condition) as [[string, unknown]];
  const value = stored[key];
  if (operator === '$exists') return (value !== undefined) === operand;
  if (value === undefined) return false;
  const values = Array.isArray(value) ? value : [value];
  if (operator === '$eq') return values.includes(operand);
  if (operator === '$in') return values.some((one) => (operand as unknown[]).includes(one));
  if (operator === '$nin') return !values.some((one) => (operand as unknown[]).includes(one));
  const [left, right] = [value as number, operand as number];
  if (operator === '$lt') return left < right;
  if (operator === '$lte') return left <= right;
  if (operator === '$gt') return left > right;
  if (operator === '$gte') return left >= right;
  throw new Error(`unknown operator ${operator}`);
}

const pick = <T>(random: () => number, values: readonly T[]): T =>
  values[Math.floor(random() * values.length)]!;

function randomMetadata(random: () => number) {
  const all = {
    year: pick(random, [1, 2, 3]),
    kind: pick(random, ['a', 'b']),
    open: random() < 0.5,
    tags: pick(random, [[], ['red'], ['red', 'blue']]),
  };
  return Object.fromEntries(Object.entries(all).filter(() => random() < 0.7));
}

function randomFilter(random: () => number, depth: number): Filter {
  const parts = () => Array.from({ length: Math.floor(3 * random()) }, () => randomFilter(random, depth - 1));
  const shape = depth === 0 ? 1 : random();
  if (shape < 0.2) return { and: parts() };
  if (shape < 0.4) return { or: parts() };
  if (shape < 0.6) return { not: randomFilter(random, depth - 1) };
  const op = pick(random, ['eq', 'ne', 'in'] as const);
  const [field, values] = pick<readonly [string, readonly FilterScalar[]]>(random, [
    ['year', [1, 2, 3]],
    ['kind', ['a', 'b', 'c']],
    ['open', [true, false]],
    ['tags', ['red', 'blue', 'green']],
  ]);
  if (field === 'year' && random() < 0.5)
    return { field, op: pick(random, ['lt', 'lte', 'gt', 'gte'] as const), value: pick(random, [1, 2, 3]) };
  if (op === 'in') return { field, op, value: [pick(random, values), pick(random, values)] };
  return { field, op, value: pick(random, values) };
}
