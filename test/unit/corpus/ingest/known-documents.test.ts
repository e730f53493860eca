import { describe, expect, it } from 'vitest';
import { KnownDocuments } from '../../../../src/corpus/ingest/known-documents.ts';
import { MemoryCorpus } from '../../../../src/corpus/memory/store.ts';
import { testDocument, testSettings } from '../../../support/chunks.ts';

/** The known documents of a corpus, given the source file of each document id. */
async function known(sources: Readonly<Record<string, string>>): Promise<KnownDocuments> {
  const corpus = new MemoryCorpus(testSettings(0));
  const writes = Object.entries(sources).map(([id, source]) => {
    const write = testDocument(id);
    return { ...write, document: { ...write.document, source } };
  });
  await corpus.write(writes);
  return KnownDocuments.read(corpus);
}

const SOURCES = {
  'docs/a.md': 'docs/a.md',
  'docs/sub/b.md': 'docs/sub/b.md',
  'docs2/c.md': 'docs2/c.md',
  r1: 'data/records.jsonl',
  r2: 'data/records.jsonl',
  '/elsewhere/d.md': '/elsewhere/d.md',
};

describe('vanished documents', () => {
  it.each([
    [['docs/'], ['docs/a.md', 'docs/sub/b.md']],
    [['docs/a.md'], ['docs/a.md']],
    [['docs'], []],
    [['data/records.jsonl'], ['r1', 'r2']],
    [['./'], ['docs/a.md', 'docs/sub/b.md', 'docs2/c.md', 'r1', 'r2']],
    [['/elsewhere/'], ['/elsewhere/d.md']],
    [['/'], ['/elsewhere/d.md']],
    [[], []],
  ])('below %j include exactly %j', async (roots, expected) => {
    expect((await known(SOURCES)).vanished(roots)).toEqual(expected);
  });

  it('exclude documents that were seen', async () => {
    const documents = await known(SOURCES);
    expect([documents.see('docs/a.md'), documents.see('docs/a.md'), documents.see('new')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(documents.vanished(['docs/'])).toEqual(['docs/sub/b.md']);
  });

  it('exclude documents of a failed file, because it may still contain them', async () => {
    const documents = await known(SOURCES);
    documents.see('r1');
    documents.keepUnseenOf('data/records.jsonl');
    expect(documents.vanished(['data/'])).toEqual([]);
  });
});
