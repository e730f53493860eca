import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdList } from '../../../../src/indexes/snapshot/build/id-list.ts';
import { Spill } from '../../../../src/indexes/snapshot/build/spill.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

describe('IdList', () => {
  it.each([
    ['ASCII', fc.string({ unit: 'grapheme-ascii', maxLength: 12 })],
    ['any characters', fc.string({ unit: 'binary', maxLength: 12 })],
  ])('sorts ids (%s) like strings', (_, id) => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 80 }), fc.nat(90), (ids, expected) => {
        const list = new IdList(expected);
        for (const one of ids) list.add(one);
        const sorted = ids
          .map((_, row) => row)
          .sort((a, b) => (ids[a]! < ids[b]! ? -1 : ids[a]! > ids[b]! ? 1 : 0));
        expect([...list.order()]).toEqual(sorted);
        expect(ids.map((_, row) => Buffer.from(list.bytesOf(row)).toString())).toEqual(ids);
      }),
    );
  });
});

describe('Spill', () => {
  it.each([0, 1, 9 * 2 ** 20])(
    'reads back its bytes from any offset if %i of them are kept in memory',
    async (memoryBytes) => {
      const spill = new Spill(await temporaryFolder(), 'spill.tmp', memoryBytes);
      const bytes = Uint8Array.from({ length: 13_000_001 }, (_, index) => (index * 31) % 253);
      for (let at = 0; at < bytes.length; at += 700_001) spill.append(bytes.subarray(at, at + 700_001));
      spill.flush();
      expect(spill.sizeBytes).toBe(bytes.length);
      for (const [from, length] of [
        [0, 13_000_001],
        [4_194_300, 9],
        [8_388_600, 4_000_000],
        [12_999_999, 2],
      ] as const) {
        const target = new Uint8Array(length);
        spill.read(from, target);
        expect(Buffer.compare(target, bytes.subarray(from, from + length))).toBe(0);
      }
      expect(() => spill.read(13_000_000, new Uint8Array(2))).toThrow(RangeError);
      spill.close();
    },
  );
});
