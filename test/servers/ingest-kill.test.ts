import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoragePlace } from '../../src/io/storage/index.ts';
import { killCreationOnDisk, killCreationOnS3 } from '../support/kill-creation.ts';
import { ingestAtOnce, type KillRound, killIngests } from '../support/kill-ingest.ts';
import { writeSampleFolder } from '../support/sample-folder.ts';
import { freshS3Place } from './environment.ts';

/** Share of the rounds to run: all of them in `npm run soak`, otherwise a tenth. */
const share = process.env.SRAG_SOAK === '1' ? 1 : 0.1;
const SEED = 20261123;
const FILES = 160;
/** Number of files: few, so that the first half second of a collection covers a whole ingest. */
const FEW_FILES = 12;
const SOAK_MS = 3_600_000;

describe.each([
  ['disk', 50, 50, 10],
  ['S3', 50, 50, 10],
] as const)('srag ingest on %s', (where, kills, earlyKills, rounds) => {
  let folder: string;
  let places = 0;
  const makePlace = async (): Promise<StoragePlace> =>
    where === 'S3'
      ? freshS3Place('srag')
      : { location: { kind: 'file', path: join(folder, `location-${places++}`) } };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srag-kill-'));
    await writeSampleFolder(join(folder, 'old', 'docs'), FILES, SEED, 1);
    await writeSampleFolder(join(folder, 'new', 'docs'), FILES, SEED, 2);
    await writeSampleFolder(join(folder, 'few', 'docs'), FEW_FILES, SEED);
    for (const [index, part] of ['a', 'both', 'b'].entries()) {
      await writeSampleFolder(join(folder, 'parts', part), 60, SEED + index);
      await rm(join(folder, 'parts', part, 'records.jsonl'));
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(
    'produces the corpus of an undisturbed run if it is killed at random moments and repeated',
    async () => {
      const results = await killIngests({ makePlace, folder, rounds: Math.ceil(kills * share), seed: SEED });
      expectWhole(results, Math.ceil(kills * share));
    },
    SOAK_MS,
  );

  it(
    'produces the corpus of an undisturbed run if it is killed in the first half second of a new collection and repeated',
    async () => {
      const rounds = Math.ceil(earlyKills * share);
      const options = { makePlace, folder: join(folder, 'few'), rounds, seed: SEED };
      expectWhole(await (where === 'S3' ? killCreationOnS3 : killCreationOnDisk)(options), rounds);
    },
    SOAK_MS,
  );

  it(
    'loses and duplicates nothing if two ingests of overlapping folders run concurrently',
    async () => {
      for (let round = 0; round < Math.ceil(rounds * share); round++) {
        const { lost, extra } = await ingestAtOnce(makePlace, join(folder, 'parts'));
        expect({ lost: lost.slice(0, 3), extra: extra.slice(0, 3) }).toEqual({ lost: [], extra: [] });
      }
    },
    SOAK_MS,
  );
});

/** Expects that every round was killed at least once, and that nothing is lost or duplicated. */
function expectWhole(results: readonly KillRound[], rounds: number): void {
  expect(results).toHaveLength(rounds);
  const counts = results.map(({ kills, lost, extra }) => ({
    wasKilled: kills > 0,
    lost: lost.length,
    extra: extra.length,
  }));
  expect(counts).toEqual(results.map(() => ({ wasKilled: true, lost: 0, extra: 0 })));
}
