import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openLanceCorpus } from '../../../src/corpus/lancedb/store.ts';
import { IndexCatalogue } from '../../../src/indexes/index.ts';
import { openStorage } from '../../../src/io/storage/index.ts';
import { testDocument, testSettings } from '../../support/chunks.ts';
import { temporaryFolder } from '../../support/temporary.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

it('the index version built last counts as the newest, even if the clock was set back', async () => {
  const location = { kind: 'file' as const, path: await temporaryFolder() };
  const corpus = await openLanceCorpus({ location, prefix: 'test/corpus/' }, testSettings(0));
  const catalogue = new IndexCatalogue(await openStorage(location), { location }, 'test');
  const built: string[] = [];
  for (const [index, now] of [
    '2026-11-29T12:00:00Z',
    '2020-01-01T00:00:00Z',
    '2020-01-01T00:00:01Z',
  ].entries()) {
    vi.setSystemTime(now);
    await corpus.write([testDocument(`d${index}`)], { replaces: false });
    const { version } = await catalogue.build(corpus, { kind: 'lancedb-flat' });
    built.push(version);
    expect((await catalogue.find('lancedb-flat')).version).toBe(version);
  }
  expect((await catalogue.list()).map(({ version }) => version)).toEqual(built);
  expect(await catalogue.collectGarbage(1)).toEqual(built.slice(0, 2));
  expect((await catalogue.find('lancedb-flat')).chunks).toBe(3 * 2);
  await corpus.close();
});
