import { describe, expect, it } from 'vitest';
import { indexName, readRecord, writeRecord } from '../../../../src/indexes/opensearch/layout.ts';
import { MemoryStorage } from '../../../support/memory-storage.ts';

const PREFIX = 'docs/indexes/20261130T090322-a464/';
const NAME = 'srag-docs-20261130t090322-a464';

describe('the record of an index on the server', () => {
  it('contains the name of the index that belongs to its version', async () => {
    const storage = new MemoryStorage();
    await writeRecord(storage, PREFIX, indexName('srag', 'docs', '20261130T090322-a464'));
    expect(await readRecord(storage, PREFIX)).toBe(NAME);
  });

  it.each(['*', 'srag-*', `other,${NAME}`, 'secrets', `_all/${NAME}`, `../${NAME}`])(
    'is refused if it names other indexes: %s',
    async (name) => {
      const storage = new MemoryStorage();
      await writeRecord(storage, PREFIX, name);
      await expect(readRecord(storage, PREFIX)).rejects.toMatchObject({ code: 'DAMAGED_STORE' });
    },
  );
});
