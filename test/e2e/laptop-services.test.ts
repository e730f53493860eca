import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoragePlace } from '../../src/io/storage/index.ts';
import { laptopCredentials, type Services, startServices } from '../../src/laptop/index.ts';
import { openSearcher, signedS3 } from '../../src/snapshot.ts';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';
import { ingestAtOnce } from '../support/kill-ingest.ts';
import { writeSampleFolder } from '../support/sample-folder.ts';

const QUESTION = 'How many days of annual leave are there?';

describe('a location on disk, served by the S3 of the laptop cloud', () => {
  let project: CliProject;
  let services: Services;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    project = await CliProject.open();
    await writeHandbook(project);
    await project.json(['ingest', 'docs']);
    for (const kind of ['lancedb-flat', 'snapshot']) await project.json(['index', 'build', kind]);
    services = await startServices({ buckets: { laptop: join(project.folder, '.srag') }, model: 'none' });
    const { accessKeyId, secretAccessKey } = laptopCredentials('cli');
    env = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: services.s3Endpoint,
    };
  });
  afterAll(async () => {
    await services?.close();
    await project?.remove();
  });

  const search = async (words: readonly string[] = []): Promise<{ id: string; score: number }[]> => {
    const { hits } = await project.json(['search', QUESTION, ...words], { env });
    return hits.map(({ id, score }: { id: string; score: number }) => ({ id, score }));
  };
  const published = async (): Promise<{ version: string; ids: string[] }> => {
    const storage = signedS3({
      bucket: 'laptop',
      region: 'us-east-1',
      endpoint: services.s3Endpoint,
      credentials: laptopCredentials('function-1'),
    });
    const searcher = await openSearcher({ storage, collection: 'default' });
    const { hits } = await searcher.search({ text: QUESTION, topK: 3 });
    const answer = { version: searcher.published.version, ids: hits.map(({ id }) => id) };
    await searcher.close();
    await storage.close();
    return answer;
  };

  it.each(['lancedb-flat', 'snapshot'])('returns the same hits from %s as on disk', async (kind) => {
    const onDisk = await search(['--index', kind]);
    expect(onDisk.length).toBeGreaterThan(0);
    expect(await search(['--index', kind, '--location', 's3://laptop'])).toEqual(onDisk);
    expect(services.accounting('cli').counts().reads).toBeGreaterThan(0);
  });

  it("serves versions published on disk while it runs, and counts a function's reads", async () => {
    const before = await published();
    const { version } = await project.json(['index', 'build', 'snapshot']);
    expect(version).not.toBe(before.version);
    services.accounting('function-1').reset();
    const after = await published();
    expect(after).toEqual({ version, ids: before.ids });
    const counts = services.accounting('function-1').counts();
    expect(counts).toMatchObject({ writes: 0, lists: 0, deletes: 0, bytesWritten: 0 });
    expect(counts.reads).toBeGreaterThanOrEqual(counts.waves);
    expect(counts.waves).toBeGreaterThanOrEqual(2);
    expect(counts.bytesRead).toBeGreaterThan(1_000);
  });

  it('writes documents, indexes and publications made through S3 to disk', async () => {
    await project.write('docs/lunch.md', '# Lunch\n\nLunch is served from noon in the yellow kitchen.\n');
    const remote = ['--location', 's3://laptop'];
    const ingested = await project.json(['ingest', 'docs', ...remote], { env });
    expect(ingested.documents).toMatchObject({ added: 1, failed: 0 });
    await project.json(['index', 'build', 'snapshot', ...remote], { env });
    const { hits } = await project.json(['search', 'Where is lunch served?']);
    expect(hits[0].documentId).toContain('lunch.md');
  });

  it('loses and duplicates nothing if two processes ingest concurrently', async () => {
    for (const [seed, part] of ['a', 'both', 'b'].entries()) {
      await writeSampleFolder(join(project.folder, 'parts', part), 30, seed + 1);
      await rm(join(project.folder, 'parts', part, 'records.jsonl'));
    }
    let places = 0;
    const makePlace = async (): Promise<StoragePlace> => ({
      location: { kind: 's3', bucket: 'laptop', prefix: `racing-${places++}` },
      s3: {
        endpoint: services.s3Endpoint,
        region: 'us-east-1',
        credentials: laptopCredentials('ingest'),
      },
    });
    const { lost, extra } = await ingestAtOnce(makePlace, join(project.folder, 'parts'));
    expect({ lost, extra }).toEqual({ lost: [], extra: [] });
  });
});
