import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLanceCorpus } from '../../../src/corpus/lancedb/store.ts';
import { testDocument, testSettings } from '../../support/chunks.ts';

it('stores the metadata of a document once, however many chunks it has', async () => {
  const path = await mkdtemp(join(tmpdir(), 'srag-metadata-'));
  try {
    const sizes: number[] = [];
    for (const chunks of [2, 40]) {
      const place = { location: { kind: 'file' as const, path }, prefix: `of-${chunks}/corpus/` };
      const corpus = await openLanceCorpus(place, testSettings(0));
      // Random letters, which no encoding of the file makes smaller.
      const note = Array.from({ length: 60_000 }, () => String.fromCharCode(33 + Math.random() * 90)).join(
        '',
      );
      await corpus.write([testDocument('a', { chunks, metadata: { note } })], { replaces: false });
      sizes.push((await corpus.stats()).sizeBytes ?? 0);
      await corpus.close();
    }
    expect(sizes[1]! - sizes[0]!).toBeLessThan(60_000);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
});
