import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorage } from '../../src/io/storage/index.ts';
import { CliProject } from '../support/cli.ts';
import { killBuilds } from '../support/killed-builds.ts';
import { writeSampleFolder } from '../support/sample-folder.ts';
import { type AwsServer, startOpenSearch } from './aws-servers.ts';
import { OPENSEARCH_KINDS } from './opensearch-place.ts';

/** Number of kills per kind of index; `npm run soak` runs the test with the full number. */
const KILLS = process.env.SRAG_SOAK === '1' ? 30 : 1;
const SEED = 20261130;
const FILES = 150;
const SOAK_MS = 3_600_000;

/** The tested kinds of index: all in `npm run soak`, otherwise only the first. */
const KINDS = process.env.SRAG_SOAK === '1' ? OPENSEARCH_KINDS : OPENSEARCH_KINDS.slice(0, 1);

describe.each(KINDS)('a build of %s that is killed while it builds or publishes', (kind) => {
  let server: AwsServer;
  let project: CliProject;
  let env: Record<string, string>;

  beforeAll(async () => {
    server = await startOpenSearch();
    project = await CliProject.open();
    env = { SRAG_EMBEDDER: 'hashing' };
    const opensearch = { url: server.endpoint, indexPrefix: kind };
    await project.write('srag.config.json', JSON.stringify({ opensearch }));
    await writeSampleFolder(join(project.folder, 'docs'), FILES, SEED);
    await project.json(['ingest', 'docs', '--no-index'], { env });
  });
  afterAll(async () => {
    await project?.remove();
    await server?.stop();
  });

  const build = () => project.json(['index', 'build', kind], { env });
  const idsOf = async (): Promise<string[]> => {
    const { hits } = await project.json(['search', 'page 7 latency storage', '--mode', 'lexical'], { env });
    return hits.map(({ id }: { id: string }) => id);
  };
  /** Returns the names of the indexes on the server, and the names recorded by versions in the storage. */
  const indexNames = async (): Promise<{ onServer: string[]; recorded: string[] }> => {
    const response = await fetch(`${server.endpoint}/_cat/indices/${kind}-*?format=json`);
    const onServer = ((await response.json()) as { index: string }[]).map(({ index }) => index);
    const storage = await openStorage({ kind: 'file', path: join(project.folder, '.srag') });
    const recorded: string[] = [];
    for await (const { key } of storage.list('default/indexes/')) {
      if (!key.endsWith('/opensearch.json')) continue;
      recorded.push(JSON.parse(Buffer.from((await storage.read(key)).bytes).toString()).index);
    }
    return { onServer, recorded };
  };

  it(
    'leaves a published version that answers and no unknown index, and the next build succeeds',
    async () => {
      const expected = await killBuilds({ project, kind, env, kills: KILLS, seed: SEED, idsOf });
      const { onServer, recorded } = await indexNames();
      expect(recorded).toEqual(expect.arrayContaining(onServer));
      const { version } = await build();
      const { published } = await project.json(['index', 'list'], { env });
      expect(published.version).toBe(version);
      expect(await idsOf()).toEqual(expected);
    },
    SOAK_MS,
  );

  it('is deleted with its index on the server by garbage collection', async () => {
    await build();
    await project.json(['index', 'gc', '--keep', '1'], { env });
    const { versions } = await project.json(['index', 'list'], { env });
    // The published version and the one before it are kept. A build that was killed just now may still run.
    expect(versions).toHaveLength(2);
    const kept = versions.map(
      ({ version }: { version: string }) => `${kind}-default-${version.toLowerCase()}`,
    );
    const { onServer, recorded } = await indexNames();
    expect(onServer).toEqual(expect.arrayContaining(kept));
    expect(onServer.length).toBeLessThanOrEqual(kept.length + KILLS);
    expect(recorded).toEqual(expect.arrayContaining(onServer));
  }, 60_000);
});
