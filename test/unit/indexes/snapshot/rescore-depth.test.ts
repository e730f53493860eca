import { describe, expect, it, onTestFinished } from 'vitest';
import { openVersion } from '../../../../src/indexes/snapshot/open.ts';
import type { SnapshotReader } from '../../../../src/indexes/snapshot/query/reader.ts';
import { testSnapshot } from '../../../support/snapshot.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const TEXT = 'passage river stone bridge item1';
const MOST = 100;

/** The number of re-scored hits. All hits after them have the BM25 score times a common factor. */
async function rescored(reader: SnapshotReader): Promise<number> {
  const query = { text: TEXT, topK: MOST };
  const plain = await reader.search({ ...query, topK: 1_000, rescore: false });
  const bm25 = new Map(plain.hits.map(({ id, score }) => [id, score]));
  const { hits } = await reader.search(query);
  expect(hits).toHaveLength(MOST);
  const factors = hits.map(({ id, score }) => score / bm25.get(id)!);
  const last = factors.at(-1)!;
  return factors.findLastIndex((factor) => Math.abs(factor / last - 1) > 1e-6) + 1;
}

describe('the re-scored candidates of a lexical search', () => {
  it('are 50 if their records must be fetched, and 100 if they are in the cache folder', async () => {
    const { storage, prefix } = await testSnapshot({ documents: 120, dimensions: 8 });
    const far = await openVersion(storage, prefix);
    onTestFinished(() => far.close());
    // The number may be below 50, because the last re-scored hits may have the common factor by chance.
    const fromAfar = await rescored(far);
    expect(fromAfar).toBeLessThanOrEqual(50);
    expect(fromAfar).toBeGreaterThan(45);
    const folder = await temporaryFolder();
    const near = await openVersion(storage, prefix, { cache: { folder } });
    onTestFinished(() => near.close());
    await near.hydrate();
    expect(await rescored(near)).toBeGreaterThan(95);
  });
});
