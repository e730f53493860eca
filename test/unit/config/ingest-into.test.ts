import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ingestInto, loadConfig, Workspace } from '../../../src/config/index.ts';
import { type Conditions, type S3ObjectServer, startS3ObjectServer } from '../../support/s3-object-server.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A workspace on an S3 server, with one file to ingest. */
async function start(
  conditions: Conditions,
): Promise<{ server: S3ObjectServer; workspace: Workspace; file: string }> {
  const server = await startS3ObjectServer(conditions);
  const cwd = await temporaryFolder();
  const file = join(cwd, 'a.md');
  await writeFile(join(cwd, 'package.json'), '{}');
  await writeFile(file, '# A\n\nText.');
  const environment = {
    AWS_ENDPOINT_URL_S3: server.url,
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  const loaded = await loadConfig({ cwd, environment, options: { location: 's3://bucket/pre' } });
  const workspace = await Workspace.open(loaded, environment, cwd);
  onTestFinished(async () => {
    await workspace.close();
    await server.stop();
  });
  return { server, workspace, file };
}

describe('the first ingest into a collection', () => {
  it.each(['ignored', 'If-Match ignored', 'not implemented'] as const)(
    'is refused if the conditional writes of the server are %s',
    async (conditions) => {
      const { server, workspace, file } = await start(conditions);
      await expect(ingestInto(workspace, [file])).rejects.toMatchObject({ code: 'NO_CONDITIONAL_WRITES' });
      expect([...server.objects.keys()]).toEqual([]);
    },
  );

  it('writes no test object to the server in a dry run', async () => {
    const { server, workspace, file } = await start('ignored');
    await ingestInto(workspace, [file], { dryRun: true });
    expect(server.requests.map(({ method }) => method)).not.toContain('PUT');
  });
});
