import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SragError } from '../../../src/core/index.ts';
import { openLanceCorpus } from '../../../src/corpus/lancedb/store.ts';
import { IndexCatalogue, type Searcher } from '../../../src/indexes/index.ts';
import { openStorage } from '../../../src/io/storage/index.ts';
import { testDocument, testSettings, testVector } from '../../support/chunks.ts';
import { DAMAGES, damageFile } from '../../support/damage-file.ts';
import { seeded } from '../../support/seeded.ts';

const DIMENSIONS = 16;
const ROWS = 130;
const settings = testSettings(DIMENSIONS);
const SEED = 20_261_129;
/** Each round damages every file in every way, at new positions. `npm run soak` runs more rounds. */
const ROUNDS = process.env.SRAG_SOAK === '1' ? 20 : 1;
const SOAK_MS = 3_600_000;
/** The pattern that every remedy must match. */
const REMEDY = /copy|index build|collection delete/;

const placeOf = (path: string) => ({ location: { kind: 'file' as const, path } });
const openCorpus = (path: string) => openLanceCorpus({ ...placeOf(path), prefix: 'test/corpus/' }, settings);
const documents = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) =>
    testDocument(`d${from + index}`, { dimensions: DIMENSIONS }),
  );

describe.each(['corpus', 'indexes'])('a damaged LanceDB table of %s', (part) => {
  let folder: string;
  let whole: string;
  let files: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srag-damage-'));
    whole = join(folder, 'whole');
    const corpus = await openCorpus(whole);
    await corpus.write(documents(0, ROWS), { replaces: false });
    await corpus.write(documents(5, 10), { replaces: true });
    await corpus.deleteDocuments(['d20']);
    const catalogue = new IndexCatalogue(await openStorage(placeOf(whole).location), placeOf(whole), 'test');
    const { version } = await catalogue.build(corpus, { kind: 'lancedb-ivf-flat' });
    await catalogue.publish(version);
    await corpus.close();
    const entries = await readdir(join(whole, 'test', part), { recursive: true, withFileTypes: true });
    files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(whole, join(parentPath, name)))
      .sort();
  });
  afterAll(() => rm(folder, { recursive: true }));

  it(
    'answers or throws DAMAGED_STORE with a remedy after any file is deleted, truncated or bit-flipped',
    async () => {
      const random = seeded(SEED);
      const wrong: string[] = [];
      let refused = 0;
      for (let round = 0; round < ROUNDS; round++) {
        for (const file of files) {
          for (const damage of DAMAGES) {
            const path = join(folder, 'damaged');
            await rm(path, { recursive: true, force: true });
            await cp(whole, path, { recursive: true });
            await damageFile(join(path, file), damage, random);
            const errors = await (part === 'corpus' ? useCorpus(path) : useIndex(path));
            if (errors.length > 0) refused++;
            wrong.push(
              ...errors.filter(isUntyped).map((error) => `${file} ${damage}: ${describeError(error)}`),
            );
          }
        }
      }
      expect(wrong).toEqual([]);
      // Some damage has no effect, because some files are never read again and some are optional.
      expect(refused).toBeGreaterThan((files.length * DAMAGES.length * ROUNDS) / 4);
    },
    SOAK_MS,
  );
});

const isUntyped = (error: unknown): boolean =>
  !(error instanceof SragError && error.code === 'DAMAGED_STORE' && REMEDY.test(error.remedy ?? ''));
const describeError = (error: unknown): string =>
  error instanceof SragError ? `${error.code}: ${error.message}` : String(error);

/** Calls every operation of a corpus; returns the errors thrown. */
async function useCorpus(path: string): Promise<unknown[]> {
  const errors: unknown[] = [];
  const attempt = attemptInto(errors);
  const corpus = await attempt(() => openCorpus(path));
  if (corpus === undefined) return errors;
  await attempt(() => corpus.stats());
  await attempt(() => drained(corpus.documents()));
  await attempt(() => drained(corpus.scan({ withVectors: true })));
  await attempt(() => corpus.documentText('d3'));
  await attempt(() => corpus.chunks(['d3-first-0']));
  await attempt(() => corpus.vectorsByTextHash(['hash']));
  await attempt(() =>
    corpus.write([testDocument('d3', { dimensions: DIMENSIONS, tag: 'second' })], { replaces: true }),
  );
  await attempt(() => corpus.deleteDocuments(['d4']));
  await attempt(() => corpus.reconcile());
  await attempt(() => corpus.compact());
  await attempt(() => corpus.close());
  return errors;
}

/** Calls every operation of the published index version; returns the errors thrown. */
async function useIndex(path: string): Promise<unknown[]> {
  const errors: unknown[] = [];
  const attempt = attemptInto(errors);
  const catalogue = new IndexCatalogue(await openStorage(placeOf(path).location), placeOf(path), 'test');
  await attempt(() => catalogue.list());
  const searcher = await attempt<Searcher>(async () =>
    catalogue.open(await catalogue.find('lancedb-ivf-flat')),
  );
  if (searcher === undefined) return errors.filter((error) => !isNoIndex(error));
  const vector = testVector(DIMENSIONS, 7);
  await attempt(() => searcher.search({ text: 'passage number item1', topK: 5 }));
  await attempt(() => searcher.search({ vector, topK: 5 }));
  await attempt(() => searcher.search({ text: 'passage item1', vector, topK: 5 }));
  await attempt(() => searcher.neighbours('d3', 0, 3));
  await attempt(() => searcher.chunks(['d3-first-0']));
  await attempt(() => searcher.count(['d3-first-0']));
  await attempt(() => searcher.describe());
  await attempt(() => searcher.close());
  return errors;
}

/** Whether an error reports a missing version, which is correct if the manifest of the version is missing. */
const isNoIndex = (error: unknown): boolean =>
  error instanceof SragError && ['NO_INDEX', 'UNKNOWN_INDEX_VERSION'].includes(error.code);

const attemptInto =
  (errors: unknown[]) =>
  async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  };

async function drained(batches: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of batches) void _;
}
