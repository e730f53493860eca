import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordLog } from '../../../../src/indexes/snapshot/query/record-log.ts';

describe('RecordLog', () => {
  it('returns the record that was last added for a row, or nothing if it was evicted', () => {
    const added = fc.record({ row: fc.nat(19), units: fc.integer({ min: 1, max: 12 }), fill: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(added, { maxLength: 60 }), fc.nat(700), (records, sizeBytes) => {
        const log = new RecordLog(20, sizeBytes);
        const last = new Map<number, Uint8Array>();
        for (const { row, units, fill } of records) {
          const record = new Uint8Array(16 * units).fill(fill);
          log.add(row, record);
          if (record.length <= sizeBytes) last.set(row, record);
          for (const [known, bytes] of last) {
            const found = log.find(known, bytes.length);
            if (found !== undefined) expect(found).toEqual(bytes);
          }
          if (record.length <= sizeBytes) expect(log.find(row, record.length)).toEqual(record);
        }
      }),
    );
  });

  it('keeps all records if they fit, and none after it is closed', () => {
    const log = new RecordLog(8, 8 * 16);
    const record = (row: number): Uint8Array => new Uint8Array(16).fill(row);
    for (let row = 0; row < 8; row++) log.add(row, record(row));
    for (let row = 0; row < 8; row++) expect(log.find(row, 16)).toEqual(record(row));
    log.add(0, record(9));
    expect([log.find(0, 16), log.find(1, 16)]).toEqual([record(9), record(1)]);
    log.close();
    expect(log.find(1, 16)).toBeUndefined();
  });
});
