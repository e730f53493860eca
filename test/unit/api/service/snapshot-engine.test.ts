import { beforeEach, describe, expect, it } from 'vitest';
import { snapshotEngine } from '../../../../src/api/service/index.ts';
import type { Prefetch } from '../../../../src/indexes/index.ts';
import { publishVersion } from '../../../../src/indexes/publish.ts';
import { testSettings } from '../../../support/chunks.ts';
import { MemoryStorage } from '../../../support/memory-storage.ts';
import { buildInto, snapshotDocuments } from '../../../support/snapshot.ts';

const DIMENSIONS = 16;
let storage: MemoryStorage;

beforeEach(async () => {
  storage = new MemoryStorage();
  const writes = snapshotDocuments({ documents: 40, dimensions: DIMENSIONS });
  const { manifest } = await buildInto(storage, writes, testSettings(DIMENSIONS));
  await publishVersion(storage, 'test/', manifest, { writer: 'test' });
});

/** Opens the index without searching it; returns the names of the sections that were read. */
async function sectionsRead(index: string | undefined, prefetch: Prefetch | undefined): Promise<string[]> {
  storage.reads.length = 0;
  const opened = await snapshotEngine({ storage }).open({
    collection: 'test',
    index,
    ...(prefetch && { prefetch: Promise.resolve(prefetch) }),
  });
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  await opened.close();
  const sections = storage.reads.map(
    (key) => /v1\/(directory|codes|lexicon|lengths|postings|records)/.exec(key)?.[1],
  );
  return [...new Set(sections.filter((name) => name !== undefined))].sort();
}

describe.each([
  ['the published version', undefined],
  ['a named version', 'snapshot@v1'],
])('opening %s', (_, index) => {
  it.each([
    ['lexical', ['directory', 'lengths', 'lexicon']],
    ['vector', ['codes', 'directory']],
    ['hybrid', ['codes', 'directory', 'lengths', 'lexicon']],
    [undefined, []],
  ] as const)('prefetches the sections that a search in mode %s needs', async (mode, sections) => {
    expect(await sectionsRead(index, mode)).toEqual(sections);
  });
});
