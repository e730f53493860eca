import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatLocation, type StoragePlace } from '../../src/io/storage/index.ts';
import { CliProject } from '../support/cli.ts';
import { mustIngest } from '../support/ingest-runs.ts';
import { build, environmentOf, killPublishing, lookAt } from '../support/kill-publish.ts';
import { writeSampleFolder } from '../support/sample-folder.ts';
import { freshS3Place } from './environment.ts';

/** Share of the kills to run: all of them in `npm run soak`, otherwise a tenth. */
const share = process.env.SRAG_SOAK === '1' ? 1 : 0.1;
const SEED = 20261123;
const FILES = 40;
const SOAK_MS = 3_600_000;

describe.each([
  ['disk', 70],
  ['S3', 30],
] as const)('a snapshot build killed while it builds or publishes, on %s', (where, kills) => {
  let project: CliProject;
  let place: StoragePlace;

  beforeAll(async () => {
    project = await CliProject.open();
    place =
      where === 'S3'
        ? await freshS3Place('srag')
        : { location: { kind: 'file', path: join(project.folder, 'location') } };
    await writeSampleFolder(join(project.folder, 'docs'), FILES, SEED);
    await mustIngest(place, project.folder, ['docs']);
  });
  afterAll(() => project.remove());

  it(
    'always leaves a published index that answers, and the next build succeeds',
    async () => {
      const found = await killPublishing({ project, place, kills: Math.ceil(kills * share), seed: SEED });
      const [first] = found;
      expect(first!.hits).toHaveLength(3);
      // Lexical search returns the same hits from every version of one corpus.
      for (const { hits, prefetched } of found) {
        expect(hits).toEqual(first!.hits);
        expect(prefetched).toEqual(first!.hits);
      }
      const generations = found.map(({ generation }) => generation);
      expect(generations).toEqual([...generations].sort((left, right) => left - right));
      const { version, published } = await build({ project, place });
      expect(published).toBe(true);
      const last = await lookAt(place);
      expect(last).toMatchObject({ hits: first!.hits });
      expect(last.generation).toBeGreaterThan(generations.at(-1)!);

      // Every listed version is complete and can be published.
      const env = environmentOf(place);
      const words = ['--location', formatLocation(place.location)];
      const { versions } = await project.json(['index', 'list', ...words], { env });
      const listed: string[] = versions.map((each: { version: string }) => each.version);
      expect(listed).toContain(version);
      for (const one of listed.slice(-5)) {
        await project.json(['index', 'publish', one, ...words], { env });
        expect(await lookAt(place)).toMatchObject({ hits: first!.hits, prefetched: first!.hits });
      }
    },
    SOAK_MS,
  );
});
