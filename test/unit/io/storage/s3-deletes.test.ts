import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type ObjectStorage, openStorage } from '../../../../src/io/storage/index.ts';
import { type LocalServer, startHttpServer } from '../../../support/http-server.ts';

interface Deletion {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
type Refusal = (deletion: Deletion) => readonly [status: number, code: string] | undefined;

const error = (code: string): string => `<Error><Code>${code}</Code><Message>No.</Message></Error>`;
const isMany = ({ method }: Deletion): boolean => method === 'POST';

let server: LocalServer;
let storage: ObjectStorage;
afterEach(async () => {
  await storage.close();
  await server.stop();
});

/** Opens `storage` on a server that rejects some deletions; `deleted` contains the keys deleted there. */
async function start(refusal: Refusal): Promise<{ deleted: Set<string>; deletions: Deletion[] }> {
  const deleted = new Set<string>();
  const deletions: Deletion[] = [];
  server = await startHttpServer((request, response) => {
    deletions.push(request);
    const refused = refusal(request);
    if (refused !== undefined) return void response.writeHead(refused[0]).end(error(refused[1]));
    const single = decodeURIComponent(request.path.split('?')[0]!).replace('/bucket/', '');
    const keys = isMany(request)
      ? Array.from(request.body.matchAll(/<Key>(.*?)<\/Key>/g), ([, key]) => key!)
      : [single];
    for (const key of keys) deleted.add(key);
    response.writeHead(isMany(request) ? 200 : 204).end(isMany(request) ? '<DeleteResult/>' : undefined);
  });
  storage = await openStorage(
    { kind: 's3', bucket: 'bucket', prefix: 'pre' },
    {
      ...{ endpoint: server.url, maxAttempts: 1 },
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    },
  );
  return { deleted, deletions };
}

const keys = Array.from({ length: 40 }, (_, index) => `folder/${index} \ud55c.bin`);
const stored = new Set(keys.map((key) => `pre/${key}`));

describe('deleting on servers other than Amazon S3', () => {
  it('sends the Content-MD5 of the request, and no other checksum', async () => {
    const { deleted, deletions } = await start(({ headers, body }) => {
      const md5 = createHash('md5').update(body).digest('base64');
      return headers['content-md5'] === md5 ? undefined : [400, 'MissingContentMD5'];
    });
    await storage.delete(keys);
    expect(deleted).toEqual(stored);
    expect(deletions).toHaveLength(1);
    expect(Object.keys(deletions[0]!.headers).filter((name) => name.includes('checksum'))).toEqual([]);
  });

  it.each([
    [400, 'MissingContentMD5'],
    [501, 'NotImplemented'],
    [405, 'MethodNotAllowed'],
    [501, 'Whatever'],
  ] as const)('deletes objects one by one if batches are rejected with %i %s', async (status, code) => {
    const { deleted, deletions } = await start((deletion) => (isMany(deletion) ? [status, code] : undefined));
    await storage.delete(keys);
    await storage.delete(['later']);
    expect(deleted).toEqual(new Set([...stored, 'pre/later']));
    expect(deletions.filter(isMany)).toHaveLength(1);
  });

  it('treats missing objects as deleted', async () => {
    const { deletions } = await start((deletion) =>
      isMany(deletion) ? [501, 'NotImplemented'] : [404, 'NoSuchKey'],
    );
    await storage.delete(['a', 'b']);
    expect(deletions).toHaveLength(3);
  });

  it.each([
    [403, 'AccessDenied', 'ACCESS_DENIED'],
    [404, 'NoSuchBucket', 'BUCKET_MISSING'],
    [400, 'MalformedXML', 'STORAGE_UNAVAILABLE'],
  ] as const)('fails on other errors: %i %s', async (status, code, expected) => {
    const { deletions } = await start(() => [status, code]);
    await expect(storage.delete(keys)).rejects.toMatchObject({ code: expected });
    expect(deletions).toHaveLength(1);
  });

  it('fails if single deletions are rejected', async () => {
    await start((deletion) => (isMany(deletion) ? [501, 'NotImplemented'] : [403, 'AccessDenied']));
    await expect(storage.delete(keys)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });
});
