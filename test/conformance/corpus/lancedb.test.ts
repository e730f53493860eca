import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openLanceCorpus } from '../../../src/corpus/lancedb/store.ts';
import { corpusSuite } from './suite.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

corpusSuite('lancedb on disk', async (settings) => {
  const path = await mkdtemp(join(tmpdir(), 'srag-corpus-'));
  folders.push(path);
  const place = { location: { kind: 'file' as const, path }, prefix: 'test/corpus/' };
  return { corpus: await openLanceCorpus(place, settings), reopen: () => openLanceCorpus(place, settings) };
});
