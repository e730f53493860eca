import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorage } from '../../src/io/storage/index.ts';
import { CliProject } from '../support/cli.ts';
import { killBuilds } from '../support/killed-builds.ts';
import { writeSampleFolder } from '../support/sample-folder.ts';
import { type S3VectorsPlace, s3VectorsPlace, VECTOR_BUCKET } from './s3-vectors-place.ts';

const KIND = 's3-vectors';
/** Number of kills; `npm run soak` runs the test with the full number. */
const KILLS = process.env.SRAG_SOAK === '1' ? 30 : 1;
const SEED = 20261130;
const FILES = 20;
const SOAK_MS = 3_600_000;

describe('a build of s3-vectors that is killed while it builds or publishes', () => {
  let place: S3VectorsPlace;
  let project: CliProject;
  let env: Record<string, string>;

  beforeAll(async () => {
    place = await s3VectorsPlace();
    project = await CliProject.open();
    env = {
      SRAG_EMBEDDER: 'hashing',
      SRAG_S3_VECTORS_BUCKET: VECTOR_BUCKET,
      SRAG_S3_VECTORS_REGION: 'us-east-1',
      SRAG_S3_VECTORS_ENDPOINT: place.front.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
    await writeSampleFolder(join(project.folder, 'docs'), FILES, SEED);
    await project.json(['ingest', 'docs', '--no-index'], { env });
  });
  afterAll(async () => {
    await project?.remove();
    await place?.remove();
  });

  const build = () => project.json(['index', 'build', KIND], { env });
  const idsOf = async (): Promise<string[]> => {
    const { hits } = await project.json(['search', 'page 7 latency storage', '--mode', 'vector'], { env });
    return hits.map(({ id }: { id: string }) => id);
  };
  /** Returns the indexes in the vector bucket, and those of versions that are recorded in the storage. */
  const indexNames = async (): Promise<{ inBucket: string[]; recorded: string[] }> => {
    const response = await fetch(`${place.front.url}/ListIndexes`, {
      method: 'POST',
      body: JSON.stringify({ vectorBucketName: VECTOR_BUCKET }),
    });
    const { indexes } = (await response.json()) as { indexes: { indexName: string }[] };
    // The server in front of S3Mock stores an index as several, whose names end with a number.
    const inBucket = indexes
      .map(({ indexName }) => indexName)
      .filter((name) => !/-[0-9a-f]{4}-\d+$/.test(name));
    const storage = await openStorage({ kind: 'file', path: join(project.folder, '.srag') });
    const recorded: string[] = [];
    for await (const { key } of storage.list('default/indexes/')) {
      const [, version] = /\/([^/]+)\/s3-vectors\.json$/.exec(key) ?? [];
      if (version !== undefined) recorded.push(`srag-default-${version.toLowerCase()}`);
    }
    return { inBucket, recorded };
  };

  it(
    'leaves a published version that answers and no unknown index, and later builds and garbage collection succeed',
    async () => {
      const expected = await killBuilds({ project, kind: KIND, env, kills: KILLS, seed: SEED, idsOf });
      const { inBucket, recorded } = await indexNames();
      expect(recorded).toEqual(expect.arrayContaining(inBucket));
      await build();
      const { version } = await build();
      await project.json(['index', 'gc', '--keep', '1'], { env });
      const { versions, published } = await project.json(['index', 'list'], { env });
      expect(published.version).toBe(version);
      expect(await idsOf()).toEqual(expected);
      // The published version and the one before it are kept. A build that was killed just now may still run.
      expect(versions).toHaveLength(2);
      const kept = versions.map((one: { version: string }) => `srag-default-${one.version.toLowerCase()}`);
      const after = await indexNames();
      expect(after.inBucket).toEqual(expect.arrayContaining(kept));
      expect(after.inBucket.length).toBeLessThanOrEqual(kept.length + KILLS);
      expect(after.recorded).toEqual(expect.arrayContaining(after.inBucket));
    },
    SOAK_MS,
  );
});
