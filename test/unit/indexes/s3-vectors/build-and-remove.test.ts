import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { BuildContext } from '../../../../src/indexes/port.ts';
import { S3VectorsClient } from '../../../../src/indexes/s3-vectors/client.ts';
import { create } from '../../../../src/indexes/s3-vectors/index.ts';
import { findRecord, writeRecord } from '../../../../src/indexes/s3-vectors/layout.ts';
import { s3VectorsSettings } from '../../../../src/indexes/s3-vectors/settings.ts';
import { checkCount } from '../../../../src/indexes/s3-vectors/write-vectors.ts';
import { testSettings } from '../../../support/chunks.ts';
import { type LocalServer, startHttpServer } from '../../../support/http-server.ts';
import { MemoryStorage } from '../../../support/memory-storage.ts';
import { TEST_CREDENTIALS } from '../../../support/signature.ts';

const PREFIX = 'docs/indexes/20261130T090322-a464/';
const PLACE = { bucket: 'my-vectors', region: 'eu-west-1' };

let server: LocalServer;
afterEach(() => server?.stop());

async function serversOf(answer: (response: ServerResponse) => void) {
  server = await startHttpServer((_, response) => answer(response));
  const settings = { 's3-vectors': { bucket: PLACE.bucket, endpoint: server.url, attempts: 1 } };
  return { settings, aws: { region: PLACE.region, credentials: TEST_CREDENTIALS } };
}

describe('deleting the index of a version', () => {
  async function remove(message: string): Promise<void> {
    const servers = await serversOf((response) =>
      response.writeHead(404, { 'x-amzn-errortype': 'NotFoundException' }).end(JSON.stringify({ message })),
    );
    const storage = new MemoryStorage();
    await writeRecord(storage, PREFIX, PLACE);
    await create('s3-vectors').remove!({ storage, prefix: PREFIX, servers });
  }

  it('ignores an index that was deleted already', async () => {
    await remove('The specified index could not be found');
    expect(server.requests.map(({ rawPath }) => rawPath)).toEqual(['/DeleteIndex']);
  });

  it('fails if the vector bucket is not found, because it may be in another account', async () => {
    await expect(remove('The specified vector bucket could not be found')).rejects.toMatchObject({
      code: 'BUCKET_MISSING',
      message: expect.stringContaining('not deleted'),
      remedy: expect.stringContaining('credentials'),
      fields: PLACE,
    });
  });
});

it('a build in a vector bucket that is not found leaves no record, so that its version can be deleted', async () => {
  const servers = await serversOf((response) =>
    response
      .writeHead(404, { 'x-amzn-errortype': 'NotFoundException' })
      .end('{"message":"The specified vector bucket could not be found"}'),
  );
  const storage = new MemoryStorage();
  const settings = testSettings(2);
  const corpus = { settings, stats: async () => ({ chunks: 1, documents: 1, version: 1 }) };
  const build = create('s3-vectors').build({
    ...{ storage, prefix: PREFIX, servers, version: '20261130T090322-a464' },
    ...{ corpus, buildParameters: {}, queryParameters: {} },
  } as unknown as BuildContext);
  await expect(build).rejects.toMatchObject({ code: 'BUCKET_MISSING' });
  expect(server.requests.map(({ rawPath }) => rawPath)).toEqual(['/CreateIndex']);
  expect(await findRecord(storage, PREFIX)).toBeUndefined();
});

describe('checking the number of vectors after a build', () => {
  async function check(expected: number, page: object): Promise<void> {
    const servers = await serversOf((response) => response.end(JSON.stringify(page)));
    const client = new S3VectorsClient(s3VectorsSettings(servers));
    await checkCount(client, 'srag-docs', expected, undefined).finally(() => client.close());
  }

  it('accepts the expected number and refuses another one', async () => {
    await check(2, { vectors: [{}, {}] });
    await expect(check(3, { vectors: [{}, {}] })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: { vectors: 2, expected: 3 },
    });
  });

  it('ends if every page names a next one', async () => {
    const more = { nextToken: 'again' };
    await expect(check(3, { ...more, vectors: [{}, {}] })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: expect.stringContaining('at least 4'),
    });
    await expect(check(3, { ...more, vectors: [] })).rejects.toMatchObject({
      code: 'AWS_UNAVAILABLE',
      message: expect.stringContaining('too many pages'),
    });
  });
});
