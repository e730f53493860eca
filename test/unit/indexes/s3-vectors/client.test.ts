import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { S3VectorsClient } from '../../../../src/indexes/s3-vectors/client.ts';
import { s3VectorsSettings } from '../../../../src/indexes/s3-vectors/settings.ts';
import { type LocalServer, startHttpServer } from '../../../support/http-server.ts';
import { checkSignature, TEST_CREDENTIALS } from '../../../support/signature.ts';

type Answer = (response: ServerResponse) => void;

const ok: Answer = (response) => response.end('{"vectors":[]}');
const failure =
  (status: number, type: string, message = ''): Answer =>
  (response) =>
    response.writeHead(status, { 'x-amzn-errortype': type }).end(JSON.stringify({ message }));

let server: LocalServer;
let client: S3VectorsClient;
afterEach(async () => {
  client?.close();
  await server?.stop();
});

const settingsOf = (settings: object) =>
  s3VectorsSettings({
    settings: { 's3-vectors': { bucket: 'my-vectors', ...settings } },
    aws: { region: 'eu-west-1', credentials: TEST_CREDENTIALS },
  });

/** Starts a server that gives these answers in turn and repeats the last, and creates a client of it. */
async function clientOf(answers: readonly Answer[], settings: object = {}): Promise<void> {
  let number = 0;
  server = await startHttpServer((_, response) => {
    answers[Math.min(number++, answers.length - 1)]!(response);
  });
  client = new S3VectorsClient(settingsOf({ endpoint: server.url, timeoutMs: 300, ...settings }));
}

const query = () => client.call('QueryVectors', { indexName: 'docs', topK: 1 });

describe('requests to S3 Vectors', () => {
  it('name the operation in the path, contain the vector bucket, and are signed', async () => {
    await clientOf([ok], { region: 'eu-north-1' });
    expect(await query()).toEqual({ vectors: [] });
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'POST',
      rawPath: '/QueryVectors',
      body: '{"vectorBucketName":"my-vectors","indexName":"docs","topK":1}',
    });
    expect(await checkSignature(request!)).toEqual({
      region: 'eu-north-1',
      service: 's3vectors',
      isValid: true,
    });
    expect(request!.headers['x-amz-security-token']).toBe(TEST_CREDENTIALS.sessionToken);
  });

  it.each<[string, Answer]>([
    ['is throttled', failure(429, 'TooManyRequestsException')],
    ['fails in the service', failure(503, 'ServiceUnavailableException')],
    ['times out in the service', failure(408, 'RequestTimeoutException')],
    ['is reset', (response) => response.destroy()],
    ['gets no answer', () => {}],
    ['is cut off', (response) => response.writeHead(200, { 'content-length': '90' }).end('{"vectors":')],
  ])('are sent again if the first attempt %s', async (_, fault) => {
    await clientOf([fault, ok]);
    expect(await query()).toEqual({ vectors: [] });
    expect(server.requests).toHaveLength(2);
  });

  it('count every attempt, and the bytes of answers', async () => {
    await clientOf([failure(429, 'TooManyRequestsException'), ok]);
    const use = { requests: 0, bytes: 0 };
    await client.call('ListVectors', {}, { use });
    expect(use).toEqual({ requests: 2, bytes: 14 });
  });

  it.each<[string, Answer, object]>([
    [
      'a vector bucket that does not exist',
      failure(404, 'NotFoundException', 'The specified vector bucket could not be found'),
      {
        code: 'BUCKET_MISSING',
        remedy: expect.stringContaining(
          'aws s3vectors create-vector-bucket --vector-bucket-name my-vectors --region eu-west-1',
        ),
      },
    ],
    [
      'a missing permission',
      failure(403, 'AccessDeniedException', 'User: x is not authorized'),
      { code: 'ACCESS_DENIED', remedy: expect.stringContaining('s3vectors:GetVectors') },
    ],
    [
      'wrong keys',
      failure(403, 'UnrecognizedClientException'),
      { code: 'ACCESS_DENIED', remedy: expect.stringContaining('keys') },
    ],
    [
      'a wrong clock',
      failure(403, 'InvalidSignatureException', 'Signature expired: 20261130T080000Z is now earlier than x'),
      { code: 'ACCESS_DENIED', remedy: expect.stringContaining('clock') },
    ],
    [
      'an exhausted quota',
      failure(402, 'ServiceQuotaExceededException'),
      { code: 'AWS_REFUSED', remedy: expect.stringContaining('quota') },
    ],
    ['an invalid request', failure(400, 'ValidationException'), { code: 'AWS_REFUSED' }],
  ])('fail at once with %s', async (_, answer, expected) => {
    await clientOf([answer]);
    await expect(query()).rejects.toMatchObject(expected);
    expect(server.requests).toHaveLength(1);
  });

  it('fail after the configured attempts with the last error and a remedy', async () => {
    await clientOf([failure(429, 'TooManyRequestsException')], { attempts: 2 });
    await expect(query()).rejects.toMatchObject({
      code: 'THROTTLED',
      message: expect.stringContaining('2 attempts'),
      remedy: expect.stringContaining('hundreds of queries'),
    });
    expect(server.requests).toHaveLength(2);
  });

  it('fail with a remedy if the service cannot be reached', async () => {
    await clientOf([ok], { attempts: 1 });
    await server.stop();
    await expect(query()).rejects.toMatchObject({
      code: 'AWS_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
      remedy: expect.stringContaining('region'),
    });
  });

  it('end when they are cancelled', async () => {
    await clientOf([() => {}], { timeoutMs: 60_000 });
    const request = client.call('ListIndexes', {}, { signal: AbortSignal.timeout(50) });
    await expect(request).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('settings of the kind s3-vectors', () => {
  it('are required', () => {
    expect(() => s3VectorsSettings(undefined)).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIG',
        remedy: expect.stringContaining('SRAG_S3_VECTORS_BUCKET'),
      }),
    );
  });

  it('need credentials and a region', () => {
    const settings = { 's3-vectors': { bucket: 'my-vectors' } };
    for (const aws of [undefined, { region: 'eu-west-1' }, { credentials: TEST_CREDENTIALS }])
      expect(() => s3VectorsSettings({ settings, ...(aws && { aws }) })).toThrow(
        expect.objectContaining({ code: 'CREDENTIALS_MISSING' }),
      );
  });

  it.each([
    ['an unknown key', { buckett: 'x' }, 'UNKNOWN_CONFIG_KEY'],
    ['the name of no vector bucket', { bucket: 'My_Vectors' }, 'INVALID_CONFIG'],
    ['an address that is not one', { endpoint: 'localhost:9092' }, 'INVALID_CONFIG'],
  ])('are refused with %s', (_, settings, code) => {
    expect(() => settingsOf(settings)).toThrow(expect.objectContaining({ code }));
  });
});
