import { describe, expect, it } from 'vitest';
import type { DocumentWrite } from '../../../../src/corpus/index.ts';
import { openVersion } from '../../../../src/indexes/snapshot/open.ts';
import { testSettings, testVector } from '../../../support/chunks.ts';
import { seeded } from '../../../support/seeded.ts';
import { buildTestSnapshot, snapshotDocuments } from '../../../support/snapshot.ts';

const DIMENSIONS = 24;
const DOCUMENTS = snapshotDocuments({ documents: 400, dimensions: DIMENSIONS });
const SETTINGS = testSettings(DIMENSIONS);

/** The same documents in another order. */
function shuffled(documents: readonly DocumentWrite[], seed: number): DocumentWrite[] {
  const random = seeded(seed);
  const order = documents.map((write) => ({ write, place: random() }));
  return order.sort((left, right) => left.place - right.place).map(({ write }) => write);
}

/** The content of every object, as hexadecimal text. */
async function objectsOf(...built: Parameters<typeof buildTestSnapshot>): Promise<Record<string, string>> {
  const { storage, prefix } = await buildTestSnapshot(...built);
  const objects = [...storage.below(prefix)].sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(objects.map(([name, bytes]) => [name, Buffer.from(bytes).toString('hex')]));
}

describe('buildSnapshot', () => {
  it('produces the same bytes for any order of the documents, at any time', async () => {
    const expected = await objectsOf(DOCUMENTS, SETTINGS);
    expect(Object.keys(expected)).toHaveLength(11);
    for (const seed of [1, 2]) {
      const other = await objectsOf(shuffled(DOCUMENTS, seed), SETTINGS, {}, `v${seed + 1}`);
      expect(Object.keys(other).filter((name) => other[name] !== expected[name])).toEqual([]);
    }
  });

  it('is reproducible with one-bit and multi-bit codes, and without keyword search', async () => {
    const variants: Record<string, number>[] = [
      { codeBits: 1 },
      { codeBits: 5 },
      { lexical: 0 },
      { partitions: 3 },
    ];
    for (const parameters of variants) {
      const expected = await objectsOf(DOCUMENTS, SETTINGS, parameters);
      expect(await objectsOf(shuffled(DOCUMENTS, 3), SETTINGS, parameters)).toEqual(expected);
    }
  });

  it('produces other bytes and another build id for another seed, setting or text', async () => {
    const nameOf = async (...built: Parameters<typeof buildTestSnapshot>): Promise<string> => {
      const { storage, prefix } = await buildTestSnapshot(...built);
      return (await openVersion(storage, prefix)).header.buildId;
    };
    const [first, ...rest] = DOCUMENTS;
    const changed = {
      ...first!,
      chunks: first!.chunks.map((each) => ({ ...each, chunk: { ...each.chunk, title: 'Another' } })),
    };
    const names = [
      await nameOf(DOCUMENTS, SETTINGS),
      await nameOf(DOCUMENTS, SETTINGS, { seed: 2 }),
      await nameOf(DOCUMENTS, SETTINGS, { codeBits: 3 }),
      await nameOf([changed, ...rest], SETTINGS),
      await nameOf(rest, SETTINGS),
    ];
    expect(new Set(names).size).toBe(names.length);
    const one = await objectsOf(DOCUMENTS, SETTINGS);
    const other = await objectsOf(DOCUMENTS, SETTINGS, { seed: 2 });
    expect(other['codes-0000.bin']).not.toBe(one['codes-0000.bin']);
  });

  it.each([8, 100, 384, 1_000, 4_096])('finds the nearest vectors in %i dimensions', async (dimensions) => {
    const documents = snapshotDocuments({ documents: 30, dimensions });
    const { storage, prefix } = await buildTestSnapshot(documents, testSettings(dimensions));
    const reader = await openVersion(storage, prefix);
    for (const { chunk, vector } of documents.flatMap(({ chunks }) => chunks).slice(0, 10)) {
      const { hits } = await reader.search({ vector: vector!, topK: 1 });
      expect(hits[0]).toMatchObject({ id: chunk.id, text: chunk.text, metadata: chunk.metadata });
      expect(hits[0]!.score).toBeCloseTo(1, 2);
    }
  });

  it('yields the same lexical hits for any seed, even if several rows tie for the last re-scored place', async () => {
    const writes = snapshotDocuments({ documents: 120, dimensions: 16 });
    const answers = [];
    for (let seed = 1; seed <= 6; seed++) {
      const { storage, prefix } = await buildTestSnapshot(writes, testSettings(16), { seed });
      const reader = await openVersion(storage, prefix);
      const { hits } = await reader.search({ text: 'river stone bridge', topK: 40 });
      answers.push(hits.map(({ id, score }) => ({ id, score })));
      reader.close();
    }
    expect(answers[0]).toHaveLength(40);
    for (const each of answers) expect(each).toEqual(answers[0]);
  });

  it('rejects vectors with so many dimensions that sums would overflow', async () => {
    const wide = snapshotDocuments({ documents: 1, dimensions: 4_097 });
    await expect(buildTestSnapshot(wide, testSettings(4_097))).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      fields: { dimensions: 4_097 },
    });
  });

  it('accepts identical vectors', async () => {
    const vector = testVector(DIMENSIONS, 1);
    const alike = DOCUMENTS.slice(0, 40).map((write) => ({
      ...write,
      chunks: write.chunks.map((chunk) => ({ ...chunk, vector })),
    }));
    const { storage, prefix } = await buildTestSnapshot(alike, SETTINGS);
    const { hits } = await (await openVersion(storage, prefix)).search({ vector, topK: 3 });
    const ids = alike.flatMap(({ chunks }) => chunks.map(({ chunk }) => chunk.id)).sort();
    expect(hits.map(({ id }) => id)).toEqual(ids.slice(0, 3));
  });
});
