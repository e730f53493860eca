import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ObjectStorage, openStorage } from '../../../../src/io/storage/index.ts';
import { FaultServer } from './fault-server.ts';

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const slowDown = { status: 503, code: 'SlowDown' } as const;

describe('S3 storage on a server with faults', () => {
  let server: FaultServer;
  let storage: ObjectStorage;
  beforeEach(async () => {
    server = new FaultServer();
    const endpoint = await server.start();
    const settings = { endpoint, credentials, requestTimeoutMs: 300, maxAttempts: 3 };
    storage = await openStorage({ kind: 's3', bucket: 'bucket', prefix: 'pre' }, settings);
    await storage.write('key', text('some text'));
    server.requests.length = 0;
  });
  afterEach(async () => {
    await storage.close();
    await server.stop();
  });
  const readText = async (): Promise<string> => new TextDecoder().decode((await storage.read('key')).bytes);

  it.each([
    ['an overloaded server', slowDown],
    ['a server error', { status: 500, code: 'InternalError' }],
    ['a dropped connection', 'reset'],
    ['a body that breaks off', 'short'],
    ['a body that stops arriving', 'stall'],
    ['a first byte that never comes', 'silent'],
  ] as const)('retries a read after %s', async (_, fault) => {
    server.faults.push(fault, fault);
    expect(await readText()).toBe('some text');
    expect(server.requests).toEqual(['GET', 'GET', 'GET']);
  });

  it.each([
    ['an overloaded server', slowDown],
    ['dropped connections', 'reset'],
    ['bodies that break off', 'short'],
    ['bodies that stop arriving', 'stall'],
    ['silence', 'silent'],
  ] as const)('fails on %s with a remedy', async (_, fault) => {
    server.faults.push(...Array.from({ length: 20 }, () => fault));
    await expect(storage.read('key')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining("'key' at s3://bucket/pre"),
      remedy: expect.stringContaining('endpoint'),
    });
    expect(server.requests.length).toBeLessThanOrEqual(4);
  });

  it('reports a refused connection', async () => {
    const settings = { endpoint: 'http://127.0.0.1:1', credentials, maxAttempts: 2 };
    const nobody = await openStorage({ kind: 's3', bucket: 'bucket', prefix: '' }, settings);
    await expect(nobody.read('key')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it.each([
    ['created', 'new', { ifNoneMatch: '*' }],
    ['replaced', 'key', undefined],
  ] as const)('recognises its own conditional write if the response was lost (%s)', async (_, key, given) => {
    const condition = given ?? { ifMatch: (await storage.read('key')).etag };
    server.faults.push('lose');
    const etag = await storage.write(key, text('mine'), condition);
    const read = await storage.read(key);
    expect([new TextDecoder().decode(read.bytes), read.etag]).toEqual(['mine', etag]);
  });

  it('does not mistake the write of the same bytes by another writer for its own', async () => {
    await storage.write('contended', text('same'), { ifNoneMatch: '*' });
    server.faults.push('reset');
    const late = storage.write('contended', text('same'), { ifNoneMatch: '*' });
    await expect(late).rejects.toMatchObject({ code: 'CONDITION_FAILED' });
  });

  it('determines the outcome of a conditional write that got no response', async () => {
    server.faults.push('lose', 'reset', 'reset');
    await storage.write('unanswered', text('done'), { ifNoneMatch: '*' });
    server.faults.push('reset', 'reset', 'reset');
    await expect(storage.write('never', text('x'), { ifNoneMatch: '*' })).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    });
  });

  it('retries a conditional write after a conflict if no concurrent write succeeded', async () => {
    const conflict = { status: 409, code: 'ConditionalRequestConflict' } as const;
    server.faults.push(conflict, 'reset');
    await storage.write('fresh', text('x'), { ifNoneMatch: '*' });
    server.faults.push(conflict);
    const { etag } = await storage.read('fresh').catch(() => storage.read('fresh'));
    await storage.write('fresh', text('y'), { ifMatch: etag });
    server.faults.push(conflict);
    await expect(storage.write('fresh', text('z'), { ifNoneMatch: '*' })).rejects.toMatchObject({
      code: 'CONDITION_FAILED',
    });
  });

  it('stops waiting when it is cancelled', async () => {
    server.faults.push('silent');
    const controller = new AbortController();
    const read = storage.read('key', { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(read).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it.each([
    [403, 'AccessDenied', 'ACCESS_DENIED'],
    [400, 'ExpiredToken', 'ACCESS_DENIED'],
    [403, 'RequestTimeTooSkewed', 'ACCESS_DENIED'],
    [404, 'NoSuchBucket', 'BUCKET_MISSING'],
    [301, 'PermanentRedirect', 'INVALID_CONFIG'],
    [400, 'AuthorizationHeaderMalformed', 'INVALID_CONFIG'],
    [501, 'NotImplemented', 'STORAGE_UNAVAILABLE'],
    [400, 'InvalidRequest', 'STORAGE_UNAVAILABLE'],
  ] as const)('maps %i %s to %s', async (status, code, expected) => {
    server.faults.push(...Array.from({ length: 5 }, () => ({ status, code })));
    await expect(storage.read('key')).rejects.toMatchObject({ code: expected });
  });

  it('rejects part sizes that S3 would reject', async () => {
    const opening = openStorage({ kind: 's3', bucket: 'bucket', prefix: '' }, { partBytes: 1_000 });
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
