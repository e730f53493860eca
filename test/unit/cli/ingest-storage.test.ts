import { describe, expect, it } from 'vitest';
import { ingestStorageMb } from '../../../src/cli/ingest-storage.ts';

const MEBIBYTE = 2 ** 20;

describe('/tmp of the ingest function', () => {
  it.each([
    [0, 2_048],
    [500, 2_048],
    [1_000, 3_024],
    [4_000, 9_024],
    [9_000, 10_240],
  ])('has, for a corpus of %i MB, a size of %i MB', (corpusMb, storageMb) => {
    expect(ingestStorageMb(corpusMb * MEBIBYTE)).toBe(storageMb);
  });

  it("is refused if it would have to exceed Lambda's maximum", () => {
    expect(() => ingestStorageMb(9_300 * MEBIBYTE)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', fields: { corpusMb: 9_300, limitMb: 10_240 } }),
    );
  });
});
