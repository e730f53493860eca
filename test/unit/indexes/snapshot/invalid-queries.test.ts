import { beforeAll, describe, expect, it } from 'vitest';
import type { Filter, SearchQuery } from '../../../../src/core/index.ts';
import { openVersion } from '../../../../src/indexes/snapshot/open.ts';
import type { SnapshotReader } from '../../../../src/indexes/snapshot/query/reader.ts';
import { openSearcher, type RangeSource } from '../../../../src/snapshot.ts';
import { testVector } from '../../../support/chunks.ts';
import { testSnapshot } from '../../../support/snapshot.ts';

const text = 'river';
/** A malformed filter, as an untyped caller may pass it. */
const filter = (value: unknown): Partial<SearchQuery> => ({ text, filter: value as Filter });

describe('openSearcher', () => {
  let reader: SnapshotReader;
  beforeAll(async () => {
    const { storage, prefix } = await testSnapshot({ documents: 40, dimensions: 16 });
    reader = await openVersion(storage, prefix);
  });

  it.each<[string, Partial<SearchQuery>, string]>([
    ['topK 0', { text, topK: 0 }, 'INVALID_ARGUMENT'],
    ['a negative topK', { text, topK: -1 }, 'INVALID_ARGUMENT'],
    ['a fractional topK', { vector: testVector(16, 1), topK: 1.5 }, 'INVALID_ARGUMENT'],
    ['a topK that is not a number', { text, topK: Number.NaN }, 'INVALID_ARGUMENT'],
    ['topK over the maximum', { text, topK: 1_001 }, 'INVALID_ARGUMENT'],
    ['neither text nor vector', {}, 'INVALID_ARGUMENT'],
    ['an unknown operator', filter({ field: 'year', op: 'zz', value: 1 }), 'INVALID_FILTER'],
    [
      'an unknown operator, negated',
      filter({ not: { field: 'year', op: 'zz', value: 1 } }),
      'INVALID_FILTER',
    ],
    ['a value of another type', filter({ field: 'year', op: 'lt', value: '20' }), 'INVALID_FILTER'],
    ['an empty filter', filter({}), 'INVALID_FILTER'],
    ['an unknown field', filter({ field: 'month', op: 'eq', value: 1 }), 'UNKNOWN_FIELD'],
  ])('rejects %s', async (_, query, code) => {
    await expect(reader.search({ topK: 3, ...query })).rejects.toMatchObject({ code });
  });

  it.each<[string, RangeSource['read']]>([
    ['returns nothing', async () => null as never],
    ['returns no bytes', async () => ({ etag: '"1"' }) as never],
    [
      'throws synchronously',
      () => {
        throw new Error('no network');
      },
    ],
  ])('fails with a typed error when the storage %s', async (_, read) => {
    const opening = openSearcher({ storage: { read }, retry: { attempts: 2, backoffMs: 0 } });
    await expect(opening).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });
});
