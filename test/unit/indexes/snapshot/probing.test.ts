import { beforeAll, describe, expect, it } from 'vitest';
import { SragError } from '../../../../src/core/index.ts';
import { IndexCatalogue } from '../../../../src/indexes/index.ts';
import { writeManifest } from '../../../../src/indexes/versions.ts';
import { openSearcher, type RangeSource } from '../../../../src/snapshot.ts';
import { testDocument, testSettings } from '../../../support/chunks.ts';
import { MemoryStorage } from '../../../support/memory-storage.ts';
import { seeded } from '../../../support/seeded.ts';
import { buildInto } from '../../../support/snapshot.ts';

/** Just enough rows to make the codes of all leaves too large, so that a search reads only the nearest leaves. */
const ROWS = 20_500;
const DIMENSIONS = 416;
const CLUSTERS = 120;
const POINTER = 'test/indexes/published.json';
const COPY = 'test/indexes/published-codes.bin';
const BUILD_MS = 120_000;

const random = seeded(7);
const normal = (): number => random() + random() + random() - 1.5;
const centres = Array.from({ length: CLUSTERS }, () => Float32Array.from({ length: DIMENSIONS }, normal));
const near = (cluster: number): Float32Array => centres[cluster]!.map((value) => value + 0.8 * normal());
const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
};
const vectors = Array.from({ length: ROWS }, (_, row) => unit(near(row % CLUSTERS)));
const questions = Array.from({ length: 12 }, (_, number) => unit(near(number * 7)));

const dot = (left: Float32Array, right: Float32Array): number => {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += left[index]! * right[index]!;
  return sum;
};
const truth = (question: Float32Array): string[] =>
  vectors
    .map((vector, row) => ({ id: `d${row}`, score: dot(vector, question) }))
    .sort((left, right) => right.score - left.score)
    .slice(0, 10)
    .map(({ id }) => id);

describe('an index whose cold start reads only the nearest leaves', () => {
  let objects: ReadonlyMap<string, Uint8Array>;
  let keys: string[];

  /** The ids of the documents found by the first search of a new searcher, and the trace of this search. */
  const first = async (storage: RangeSource, question: Float32Array) => {
    const searcher = await openSearcher({ storage, collection: 'test', prefetch: 'vector' });
    const { hits, trace } = await searcher.search({ vector: question, topK: 10 });
    await searcher.close();
    return { ids: hits.map(({ documentId }) => documentId), trace };
  };
  const stored = async (all: Iterable<readonly [string, Uint8Array]>): Promise<MemoryStorage> => {
    const storage = new MemoryStorage();
    for (const [key, bytes] of all) await storage.write(key, bytes);
    return storage;
  };
  const changed = (key: string, change: (bytes: Uint8Array) => Uint8Array | undefined) => {
    const bytes = change(objects.get(key)!.slice());
    const others = [...objects].filter(([other]) => other !== key);
    return stored(bytes === undefined ? others : [...others, [key, bytes]]);
  };

  beforeAll(async () => {
    const storage = new MemoryStorage();
    const writes = vectors.map((vector, row) => {
      const write = testDocument(`d${row}`, { chunks: 1, dimensions: DIMENSIONS, metadata: {} });
      return { ...write, chunks: write.chunks.map((chunk) => ({ ...chunk, vector })) };
    });
    const parameters = { codeBits: 8, lexical: 0 };
    const { manifest } = await buildInto(storage, writes, testSettings(DIMENSIONS), parameters);
    await writeManifest(storage, 'test/', manifest);
    const place = { location: { kind: 'file', path: '/nowhere' } } as const;
    await new IndexCatalogue(storage, place, 'test').publish('v1');
    objects = storage.below('');
    keys = [...objects.keys()].filter((key) => key.endsWith('.bin') && key !== COPY);
  }, BUILD_MS);

  it('answers in three waves and finds nearly all true nearest neighbours', async () => {
    let found = 0;
    for (const question of questions) {
      const { ids, trace } = await first(await stored(objects), question);
      expect(trace.storage?.waves).toBeLessThanOrEqual(3);
      expect(trace.details?.rowsScanned).toBeLessThan(ROWS / 2);
      const nearest = new Set(truth(question));
      found += ids.filter((id) => nearest.has(id)).length;
    }
    expect(found / (10 * questions.length)).toBeGreaterThan(0.95);
  });

  it('returns the same hits without the cold-start copy and with a damaged one', async () => {
    const { ids } = await first(await stored(objects), questions[0]!);
    const storages = await Promise.all([
      changed(COPY, () => undefined),
      changed(COPY, (bytes) => bytes.subarray(0, bytes.length - 1)),
      changed(COPY, (bytes) => bytes.fill(9, bytes.length - 8)),
    ]);
    for (const storage of storages) expect((await first(storage, questions[0]!)).ids).toEqual(ids);
  });

  it('returns the same hits from a storage that streams bytes', async () => {
    const storage = await stored(objects);
    let pieces = 0;
    const handing: RangeSource = {
      read: async (key, options = {}) => {
        const { bytes, etag } = await storage.read(key, options);
        if (options.take === undefined) return { bytes, etag };
        for (let at = 0; at < bytes.length; at += 999, pieces++)
          options.take(at, bytes.subarray(at, at + 999));
        return { bytes: new Uint8Array(0), etag, taken: bytes.length };
      },
    };
    expect((await first(handing, questions[1]!)).ids).toEqual((await first(storage, questions[1]!)).ids);
    expect(pieces).toBeGreaterThan(100);
  });

  it('returns the same hits or fails with a typed error, whichever byte is wrong', async () => {
    const { ids } = await first(await stored(objects), questions[0]!);
    for (let round = 0; round < 30; round++) {
      const key = round % 15 === 0 ? POINTER : keys[Math.floor(random() * keys.length)]!;
      const storage = await changed(key, (bytes) => {
        const at = Math.floor(random() * bytes.length);
        bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8));
        return bytes;
      });
      const answer = await first(storage, questions[0]!).catch((error: unknown) => error);
      if (!(answer instanceof SragError)) expect(answer).toMatchObject({ ids });
    }
  });
});
