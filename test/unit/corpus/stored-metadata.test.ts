import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TABLE } from '../../../src/corpus/lancedb/schema.ts';
import { openLanceCorpus } from '../../../src/corpus/lancedb/store.ts';
import { connectLance } from '../../../src/io/lance/index.ts';
import { testDocument, testSettings } from '../../support/chunks.ts';

it('the corpus stores the metadata of a document once, however many chunks it has', async () => {
  const path = await mkdtemp(join(tmpdir(), 'srag-metadata-'));
  const place = { location: { kind: 'file' as const, path }, prefix: 'test/corpus/' };
  try {
    const corpus = await openLanceCorpus(place, testSettings(0));
    const metadata = { note: 'kept once' };
    await corpus.write([testDocument('a', { chunks: 40, metadata })], { replaces: false });
    await corpus.close();
    const connection = await connectLance(place);
    const table = await connection.openTable(TABLE);
    expect(await table.countRows()).toBe(41);
    expect(await table.countRows("metadata LIKE '%kept once%'")).toBe(1);
    table.close();
    connection.close();
  } finally {
    await rm(path, { recursive: true, force: true });
  }
});
