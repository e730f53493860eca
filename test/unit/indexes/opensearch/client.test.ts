import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { OpenSearchClient } from '../../../../src/indexes/opensearch/client.ts';
import { openSearchSettings } from '../../../../src/indexes/opensearch/settings.ts';
import { type LocalServer, type RecordedRequest, startHttpServer } from '../../../support/http-server.ts';
import { checkSignature, TEST_CREDENTIALS } from '../../../support/signature.ts';

type Answer = (response: ServerResponse, request: RecordedRequest) => void;

const ok: Answer = (response) => response.end('{"hits": {"hits": []}}');
const status =
  (code: number, body = '{}', headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body);

let server: LocalServer;
let client: OpenSearchClient;
afterEach(async () => {
  client?.close();
  await server?.stop();
});

/** Starts a server that gives these answers in turn and repeats the last, and creates a client of it. */
async function clientOf(answers: readonly Answer[], settings: object = {}, aws?: object): Promise<void> {
  let number = 0;
  server = await startHttpServer((request, response) => {
    answers[Math.min(number++, answers.length - 1)]!(response, request);
  });
  const opensearch = { url: server.url, timeoutMs: 300, ...settings };
  client = new OpenSearchClient(openSearchSettings({ settings: { opensearch }, ...(aws && { aws }) }));
}

const search = () =>
  client.send({ method: 'POST', path: '/docs/_search', action: 'Searching', body: { size: 1 } });

describe('requests to OpenSearch', () => {
  it('carry the configured user and password, and begin with the path of the configured address', async () => {
    await clientOf([ok], { username: 'reader', password: 'pass:word' });
    await search();
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      rawPath: '/docs/_search',
      body: '{"size":1}',
    });
    expect(server.requests[0]!.headers.authorization).toBe(
      `Basic ${Buffer.from('reader:pass:word').toString('base64')}`,
    );
    client.close();
    const opensearch = { url: `${server.url}/proxy/` };
    client = new OpenSearchClient(openSearchSettings({ settings: { opensearch } }));
    await search();
    expect(server.requests[1]!.rawPath).toBe('/proxy/docs/_search');
    expect(server.requests[1]!.headers.authorization).toBeUndefined();
  });

  it.each(['es', 'aoss'])('are signed for the service %s, with the hash of the body', async (service) => {
    await clientOf([ok], { service }, { region: 'eu-west-1', credentials: TEST_CREDENTIALS });
    await search();
    const [request] = server.requests;
    expect(await checkSignature(request!)).toEqual({ region: 'eu-west-1', service, isValid: true });
    expect(request!.headers.authorization).toContain('x-amz-content-sha256');
    expect(request!.headers['x-amz-security-token']).toBe(TEST_CREDENTIALS.sessionToken);
  });

  it('are signed if the host belongs to AWS, which requires credentials', () => {
    const url = 'https://search-docs-abc.eu-central-1.es.amazonaws.com';
    const settings = { opensearch: { url } };
    expect(
      openSearchSettings({ settings, aws: { credentials: TEST_CREDENTIALS } }).authentication,
    ).toMatchObject({ kind: 'aws', service: 'es', region: 'eu-central-1' });
    expect(() => openSearchSettings({ settings })).toThrow(
      expect.objectContaining({ code: 'CREDENTIALS_MISSING' }),
    );
  });

  it.each<[string, Answer]>([
    ['is throttled', status(429, '{"error":{"type":"rejected_execution_exception"}}')],
    ['fails in the server', status(503)],
    ['is reset', (response) => response.destroy()],
    ['gets no answer', () => {}],
    ['is cut off', (response) => response.writeHead(200, { 'content-length': '90' }).end('{"hits":')],
    ['gets an incomplete document', status(200, '{"hits": {"hi')],
  ])('are sent again if the first attempt %s', async (_, fault) => {
    await clientOf([fault, ok]);
    expect((await search()).json).toEqual({ hits: { hits: [] } });
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, string, string]>([
    ['https://search-x.aos.us-east-1.on.aws', 'es', 'us-east-1'],
    ['https://abc.eu-west-2.aoss.amazonaws.com', 'aoss', 'eu-west-2'],
    ['https://abc.aoss.eu-west-2.on.aws', 'aoss', 'eu-west-2'],
    ['https://x.cn-north-1.es.amazonaws.com.cn', 'es', 'cn-north-1'],
  ])('are signed for the region in the host name: %s', (url, service, region) => {
    const aws = { credentials: TEST_CREDENTIALS, region: 'ap-south-1' };
    expect(openSearchSettings({ settings: { opensearch: { url } }, aws }).authentication).toMatchObject({
      service,
      region,
    });
  });

  it.each<[string, Answer, object]>([
    [
      'a server that is closed to writes',
      status(403, '{"error":{"root_cause":[{"type":"cluster_block_exception","reason":"disk"}]}}'),
      { code: 'SEARCH_SERVER_FAILED', remedy: expect.stringContaining('storage') },
    ],
    [
      'wrong credentials',
      status(401),
      { code: 'ACCESS_DENIED', remedy: expect.stringContaining('password') },
    ],
    [
      'a missing permission',
      status(403, '{"Message":"User: x is not authorized to perform: es:ESHttpPost"}'),
      { code: 'ACCESS_DENIED', remedy: expect.stringContaining('access policy') },
    ],
    [
      'a wrong clock',
      status(403, '{"message":"Signature expired: 20261130T080000Z is now earlier than 20261130T081500Z"}'),
      { code: 'ACCESS_DENIED', remedy: expect.stringContaining('clock') },
    ],
    ['a request that is too large', status(413, ''), { code: 'SEARCH_SERVER_FAILED' }],
    [
      'a refused query',
      status(400, '{"error":{"root_cause":[{"type":"parsing_exception","reason":"no [x]"}]}}'),
      { code: 'SEARCH_SERVER_FAILED', upstream: 'no [x]', fields: { type: 'parsing_exception' } },
    ],
  ])('fail at once with %s', async (_, answer, expected) => {
    await clientOf([answer]);
    await expect(search()).rejects.toMatchObject(expected);
    expect(server.requests).toHaveLength(1);
  });

  it('fail after the configured attempts with the last error and a remedy', async () => {
    await clientOf([status(503)], { attempts: 2 });
    await expect(search()).rejects.toMatchObject({
      code: 'SEARCH_SERVER_FAILED',
      message: expect.stringContaining('2 attempts'),
      fields: { status: 503, attempts: 2 },
    });
  });

  it('fail with a remedy if the server cannot be reached', async () => {
    await clientOf([ok], { attempts: 1 });
    await server.stop();
    await expect(search()).rejects.toMatchObject({
      code: 'SEARCH_SERVER_FAILED',
      message: expect.stringContaining('ECONNREFUSED'),
      remedy: expect.stringContaining('opensearch.url'),
    });
  });

  it('end when they are cancelled', async () => {
    await clientOf([() => {}], { timeoutMs: 60_000 });
    const signal = AbortSignal.timeout(50);
    const request = client.send({ method: 'GET', path: '/', action: 'Connecting', signal });
    await expect(request).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

it('a request may take longer than `opensearch.timeoutMs` if it sets its own `timeoutMs`', async () => {
  await clientOf([(response) => void setTimeout(() => response.end('{"took": 1}'), 500)], { attempts: 1 });
  const request = { method: 'POST', path: '/_bulk', action: 'Writing rows' } as const;
  await expect(client.send(request)).rejects.toMatchObject({
    message: expect.stringContaining('within 300 ms'),
    remedy: expect.stringContaining('opensearch.timeoutMs'),
  });
  expect((await client.send({ ...request, timeoutMs: 5_000 })).json).toEqual({ took: 1 });
});

describe('settings of the opensearch kinds', () => {
  it('are required', () => {
    expect(() => openSearchSettings(undefined)).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIG',
        remedy: expect.stringContaining('SRAG_OPENSEARCH_URL'),
      }),
    );
  });

  it.each([
    ['an unknown key', { url: 'http://a', usernam: 'x' }, 'UNKNOWN_CONFIG_KEY'],
    ['a user without a password', { url: 'http://a', username: 'x' }, 'INVALID_CONFIG'],
    ['an address that is not one', { url: 'localhost:9200' }, 'INVALID_CONFIG'],
    ['an address with a password', { url: 'http://a:b@localhost:9200' }, 'INVALID_CONFIG'],
  ])('are refused with %s', (_, opensearch, code) => {
    expect(() => openSearchSettings({ settings: { opensearch } })).toThrow(expect.objectContaining({ code }));
  });
});
