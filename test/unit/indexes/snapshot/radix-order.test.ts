import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdList } from '../../../../src/indexes/snapshot/build/id-list.ts';
import { radixOrder, sortRuns } from '../../../../src/indexes/snapshot/build/radix-order.ts';

describe('radixOrder', () => {
  const words = fc.array(fc.tuple(fc.constantFrom(0, 1, 0xffff, 0x10000, 2 ** 31, 2 ** 32 - 1), fc.nat(3)), {
    maxLength: 60,
  });

  it('sorts stably by both halves of the keys', () => {
    fc.assert(
      fc.property(words, (keys) => {
        const [highs, lows] = [0, 1].map((half) => Uint32Array.from(keys, (key) => key[half]!));
        const rows = Uint32Array.from(keys, (_, row) => row);
        const sorted = [...rows].sort((a, b) => highs![a]! - highs![b]! || lows![a]! - lows![b]!);
        expect([...radixOrder(rows, highs!, lows!)]).toEqual(sorted);
      }),
    );
  });

  it('puts equal keys next to each other; sortRuns then sorts them with a comparator', () => {
    const [highs, lows] = [Uint32Array.of(1, 0, 1, 1), Uint32Array.of(2, 0, 2, 3)];
    const ordered = radixOrder(Uint32Array.of(0, 1, 2, 3), highs, lows);
    sortRuns(ordered, highs, lows, (left, right) => right - left);
    expect([...ordered]).toEqual([1, 2, 0, 3]);
  });

  it.each([
    ['short ones', fc.string({ maxLength: 4, unit: 'binary-ascii' })],
    [
      'ids with a common prefix',
      fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', '\0') }).map((end) => `doc/0${end}`),
    ],
    ['ids in every script', fc.string({ maxLength: 6, unit: 'binary' })],
  ])('sorts ids like strings: %s', (_name, id) => {
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 60 }), (ids) => {
        const list = new IdList(ids.length);
        for (const each of ids) list.add(each);
        const inOrder = Array.from(list.order(), (row) => ids[row]);
        expect(inOrder).toEqual([...ids].sort());
      }),
    );
  });
});
