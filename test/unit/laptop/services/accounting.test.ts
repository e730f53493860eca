import { afterEach, describe, expect, it } from 'vitest';
import { type ObjectStorage, openStorage } from '../../../../src/io/storage/index.ts';
import {
  laptopCredentials,
  OUTSIDE,
  RequestRecorder,
  type Services,
  startServices,
} from '../../../../src/laptop/index.ts';
import { signedS3 } from '../../../../src/snapshot.ts';
import { rawHttp, signedAs } from '../../../support/raw-http.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

async function start(options: Partial<Parameters<typeof startServices>[0]> = {}): Promise<Services> {
  const services = await startServices({ buckets: { laptop: await temporaryFolder() }, ...options });
  opened.push(services);
  return services;
}

async function storageOf(services: Services, environment: string): Promise<ObjectStorage> {
  const storage = await openStorage(
    { kind: 's3', bucket: 'laptop', prefix: '' },
    { endpoint: services.s3Endpoint, region: 'us-east-1', credentials: laptopCredentials(environment) },
  );
  opened.push(storage);
  return storage;
}

describe('counts of storage requests', () => {
  it('state the requests and waves of each environment separately', async () => {
    const services = await start({ model: { latencyMs: 30 } });
    const [one, two] = [await storageOf(services, 'env-1'), await storageOf(services, 'env-2')];
    await one.write('a', new Uint8Array(1_000));
    await one.write('b', new Uint8Array(500));
    const reads = signedS3({
      bucket: 'laptop',
      endpoint: services.s3Endpoint,
      region: 'us-east-1',
      credentials: laptopCredentials('env-2'),
    });
    opened.push(reads);
    await Promise.all(['a', 'b'].map((key) => reads.read(key)));
    await reads.read('a', { range: { offset: 0, length: 10 } });
    await reads.read('none').catch(() => undefined);
    for await (const _ of two.list(''));
    await two.delete(['a', 'none']);
    await rawHttp(services.s3Endpoint, 'GET', '/laptop/b', signedAs('AKIASOMEBODY'));
    const none = { reads: 0, writes: 0, lists: 0, deletes: 0, bytesRead: 0, bytesWritten: 0, waves: 0 };
    expect(services.accounting('env-1').counts()).toEqual({
      ...none,
      writes: 2,
      bytesWritten: 1_500,
      waves: 2,
    });
    expect(services.accounting('env-2').counts()).toEqual({
      ...none,
      reads: 4,
      lists: 1,
      deletes: 1,
      bytesRead: 1_510,
      waves: 5,
    });
    expect(services.accounting(OUTSIDE).counts()).toEqual({ ...none, reads: 1, bytesRead: 500, waves: 1 });
    services.accounting('env-2').reset();
    expect(services.accounting('env-2').counts()).toEqual(none);
    services.forget('env-1');
    expect(services.accounting('env-1').counts()).toEqual(none);
  });

  it('have only valid environment ids, because laptopCredentials refuses invalid ones', () => {
    expect(() => laptopCredentials('a/b')).toThrow("'a/b' is not a valid execution environment id");
  });
});

describe('the storage model in front of S3', () => {
  it('delays every response, limits the bandwidth, and records requests if configured', async () => {
    const recorder = new RequestRecorder();
    const services = await start({ model: { latencyMs: 40, totalMb: 10 }, recorder });
    const storage = await storageOf(services, 'model');
    await storage.write('large', new Uint8Array(1_000_000));
    const startedMs = performance.now();
    await storage.read('large');
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(40 + 100 - 25);
    expect(recorder.toLog()).toMatchObject([
      { method: 'PUT', key: 'laptop/large', status: 200, isComplete: true },
      { method: 'GET', key: 'laptop/large', status: 200, bytes: 1_000_000, isComplete: true },
    ]);
    for (const { startMs, endMs } of recorder.toLog()) expect(endMs - startMs).toBeGreaterThanOrEqual(39.9);
    services.model.change({ latencyMs: 0, totalMb: 10_000 });
    expect(services.model.settings).toMatchObject({ latencyMs: 0, connectionMb: 90, totalMb: 10_000 });
  });

  it('injects read faults at the configured rate; a client that retries reads all objects', async () => {
    const recorder = new RequestRecorder();
    const services = await start({ model: { latencyMs: 0 }, recorder });
    const storage = await storageOf(services, 'faults');
    const bytes = Uint8Array.from({ length: 5_000 }, (_, index) => index % 251);
    await storage.write('object', bytes);
    services.model.change({ faultRate: 0.4, seed: 5 });
    for (let read = 0; read < 8; read++) {
      expect(Buffer.compare((await storage.read('object')).bytes, bytes)).toBe(0);
    }
    const faults = new Set(recorder.toLog().map(({ fault }) => fault));
    expect([...faults].filter((fault) => fault !== undefined).length).toBeGreaterThanOrEqual(2);
  });
});
