import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';
import { startLaptop } from '../support/laptop.ts';
import { type RoleProxy, startRoleProxy } from '../support/role-proxy.ts';

describe('the permissions of a deployment', () => {
  let project: CliProject;
  let laptop: Awaited<ReturnType<typeof startLaptop>>;
  let proxy: RoleProxy;

  beforeAll(async () => {
    laptop = await startLaptop();
    // The prefixes that infra/src/permissions.ts allows `ingest` to list.
    proxy = await startRoleProxy(laptop.services.s3Endpoint, ['p/mine/', 'p/documents/mine/']);
    project = await CliProject.open();
    await writeHandbook(project);
  });
  afterAll(async () => {
    await proxy.stop();
    await laptop.stop();
    await project.remove();
  });

  it('suffice to create a collection, change it, index it with every engine, and search it', async () => {
    const env = {
      ...{ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'us-east-1' },
      ...{ AWS_ENDPOINT_URL_S3: proxy.url, SRAG_LOCATION: 's3://laptop-bucket/p', SRAG_COLLECTION: 'mine' },
    };
    const run = (...words: string[]) => project.run([...words, '--json'], { env });
    const unknown = await run('search', 'leave');
    expect(unknown.json.error.code).toBe('UNKNOWN_COLLECTION');
    for (const words of [
      ['ingest', 'docs'],
      ['ingest', 'docs'],
      ['index', 'build', 'lancedb-flat'],
      ['index', 'build', 'snapshot'],
    ]) {
      const done = await run(...words);
      expect(done.exitCode, words.join(' ') + done.stderr).toBe(0);
    }
    for (const kind of ['snapshot', 'lancedb-flat'])
      expect((await run('search', 'leave', '--index', kind)).json.hits.length).toBeGreaterThan(0);
    // Only one request is still denied: listing the collections, to suggest a name in an error message.
    const listings = proxy.refused.filter((each) => each.includes('list-type'));
    expect(listings).toEqual(['GET /laptop-bucket/?delimiter=%2F&list-type=2&prefix=p%2F']);
  });
});
