import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { answering, gatewayOver, proxied, rawConnection } from '../../../support/gateway.ts';
import { rawHttp } from '../../../support/raw-http.ts';

/** The body of a problem response, given the raw response. */
const problemIn = (answer: string) => JSON.parse(answer.split('\r\n\r\n')[1]!);

const BODY = { 'content-type': 'application/json' };

describe('the gateway', () => {
  it("passes a request on as a proxy integration event, and returns the function's response", async () => {
    const { url, events, entries } = await gatewayOver(
      answering({
        statusCode: 201,
        headers: { 'Content-Type': 'text/plain', 'X-Own': 'yes' },
        body: 'größer',
      }),
    );
    const path = '/things?a=1&a=2&b=%C3%A9&__proto__=x';
    const answer = await rawHttp(
      url,
      'POST',
      path,
      { ...BODY, constructor: 'c', __PROTO__: 'p' },
      '{"q":"왜"}',
    );
    expect(answer).toMatchObject({ status: 201, body: 'größer' });
    expect(answer.headers).toMatchObject({ 'content-type': 'text/plain', 'x-own': 'yes' });
    const [event] = events;
    expect(event).toMatchObject({
      resource: '/things',
      path: '/things',
      httpMethod: 'POST',
      multiValueHeaders: { constructor: ['c'] },
      queryStringParameters: { a: '2', b: 'é' },
      multiValueQueryStringParameters: { a: ['1', '2'], b: ['é'] },
      body: '{"q":"왜"}',
      isBase64Encoded: false,
    });
    expect(Object.keys(event.headers)).toContain('__PROTO__');
    expect(Object.keys(event.queryStringParameters)).toContain('__proto__');
    expect(entries).toMatchObject([{ method: 'POST', path: '/things', status: 201 }]);
    expect(entries[0]!.requestId).toBe(event.requestContext.requestId);
  });

  it('answers fixed routes without a function, even if all functions are busy', async () => {
    const answers = [{ method: 'GET', path: '/health', body: { status: 'ok' } }];
    const { url, events } = await gatewayOver({ kind: 'throttled', reason: 'concurrency' }, { answers });
    expect((await rawHttp(url, 'POST', '/things', BODY, '{}')).status).toBe(429);
    const { status, headers, body } = await rawHttp(url, 'GET', '/health');
    expect([status, body, headers['content-type']]).toEqual([200, '{"status":"ok"}', 'application/json']);
    expect(headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
    const refused = await rawHttp(url, 'GET', '/health', { 'content-type': 'text/plain' });
    expect([refused.status, JSON.parse(refused.body).code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect((await rawHttp(url, 'PUT', '/health')).headers.allow).toBe('GET');
    expect(events).toHaveLength(1);
  });

  it.each([
    ['control characters', Buffer.alloc(1_048_600), 413],
    ['quotes', Buffer.alloc(3_146_000, '"'), 413],
    ['binary data', Buffer.alloc(4_719_000, 0xff), 413],
    ['binary data', Buffer.alloc(4_700_000, 0xff), 200],
    ['letters', Buffer.alloc(6_280_000, 'x'), 200],
    ['letters', Buffer.alloc(6_300_000, 'x'), 413],
  ])('applies the size limit to a body of %s after it is encoded for the event', async (_, body, status) => {
    const { url } = await gatewayOver(answering({ statusCode: 200, body: '' }));
    expect((await rawHttp(url, 'POST', '/things', BODY, body)).status).toBe(status);
  });

  it('handles thousands of parameters with the same name in linear time', async () => {
    const { url, events } = await gatewayOver(answering({ statusCode: 200, body: '' }));
    await rawHttp(url, 'GET', `/things?${'a&'.repeat(7_000)}b=1&b=2`);
    const { multiValueQueryStringParameters: lists, queryStringParameters: last } = events[0];
    expect([lists.a.length, lists.b, last.b]).toEqual([7_000, ['1', '2'], '2']);
  });

  it('encodes binary bodies as base64 in both directions', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    const { url, events } = await gatewayOver(
      answering({ statusCode: 200, body: bytes.toString('base64'), isBase64Encoded: true }),
    );
    const response = await fetch(`${url}/things`, { method: 'POST', body: bytes });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(events[0]).toMatchObject({ body: bytes.toString('base64'), isBase64Encoded: true });
  });

  it('sends headers with several values, and replaces the length and encoding headers of the function', async () => {
    const { url } = await gatewayOver(
      answering({
        statusCode: 200,
        headers: { 'content-length': '1', 'transfer-encoding': 'chunked', 'x-one': '1' },
        multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] },
        body: 'three',
      }),
    );
    const { headers, body } = await rawHttp(url, 'POST', '/things');
    expect(body).toBe('three');
    expect(headers).toMatchObject({ 'content-length': '5', 'set-cookie': ['a=1', 'b=2'], 'x-one': '1' });
    expect(headers).not.toHaveProperty('transfer-encoding');
  });

  it.each([
    ['invalid JSON', Buffer.from('hello')],
    ['a string instead of an object', proxied('hello')],
    ['null', proxied(null)],
    ['no status', proxied({ body: 'x' })],
    ['an invalid status', proxied({ statusCode: 99 })],
    ['a status that is a string', proxied({ statusCode: '200' })],
    ['a body that is not a string', proxied({ statusCode: 200, body: { a: 1 } })],
    ['a header with a line break', proxied({ statusCode: 200, headers: { x: 'a\r\nset-cookie: b' } })],
    ['an invalid header name', proxied({ statusCode: 200, headers: { 'x y': '1' } })],
    ['values that are not a list', proxied({ statusCode: 200, multiValueHeaders: { x: 'a' } })],
  ])('returns 502 for a function response with %s', async (_, payload) => {
    const { url, entries } = await gatewayOver(async () => answering(payload));
    const answer = await rawHttp(url, 'POST', '/things');
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 502, code: 'FUNCTION_FAILED' });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(entries).toMatchObject([{ status: 502 }]);
  });

  it("returns an empty body if a function's body is null", async () => {
    const { url } = await gatewayOver(answering({ statusCode: 204, body: null, headers: null }));
    expect(await rawHttp(url, 'POST', '/things')).toMatchObject({ status: 204, body: '' });
  });

  it('returns 502 if the function fails or cannot be invoked', async () => {
    const report = {
      requestId: '',
      durationMs: 1,
      billedMs: 1,
      maxMemoryMb: 1,
      memoryMb: 1,
      status: 'error' as const,
    };
    const { url } = await gatewayOver({
      kind: 'function-error',
      errorType: 'E',
      payload: proxied({}),
      report,
    });
    expect((await rawHttp(url, 'POST', '/things')).status).toBe(502);
    const other = await gatewayOver(() => Promise.reject(new Error('no such function')));
    expect((await rawHttp(other.url, 'POST', '/things')).status).toBe(502);
  });

  it('returns 404 for an unknown path, and 405 with the allowed methods for a method that the path does not allow', async () => {
    const { url, events } = await gatewayOver(answering({ statusCode: 200 }));
    const nothing = await rawHttp(url, 'GET', '/nothing');
    expect([nothing.status, JSON.parse(nothing.body).code]).toEqual([404, 'NO_SUCH_ROUTE']);
    const wrong = await rawHttp(url, 'DELETE', '/things');
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, POST']);
    expect(events).toEqual([]);
  });

  it('throttles requests by its rate and burst size; the error code differs from that of a throttled function', async () => {
    const { url, events } = await gatewayOver(answering({ statusCode: 200 }), {
      throttle: { rate: 0.001, burst: 3 },
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => rawHttp(url, 'POST', '/things')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429]);
    const refused = answers.find(({ status }) => status === 429)!;
    expect([JSON.parse(refused.body).code, refused.headers['retry-after']]).toEqual([
      'GATEWAY_THROTTLED',
      '1',
    ]);
    expect(events).toHaveLength(3);
    const busy = await gatewayOver({ kind: 'throttled', reason: 'concurrency' });
    const throttled = await rawHttp(busy.url, 'POST', '/things');
    expect([throttled.status, JSON.parse(throttled.body).code, throttled.headers['retry-after']]).toEqual([
      429,
      'FUNCTION_THROTTLED',
      '1',
    ]);
  });

  it('requires a key if keys are configured', async () => {
    const { url } = await gatewayOver(answering({ statusCode: 200 }), { access: { apiKeys: ['k1', 'k2'] } });
    const statusOf = async (headers = {}) => (await rawHttp(url, 'POST', '/things', headers)).status;
    expect(await statusOf()).toBe(403);
    expect(await statusOf({ 'x-api-key': 'k' })).toBe(403);
    expect(await statusOf({ 'x-api-key': 'k2' })).toBe(200);
  });

  it('returns 504 for a slow function and discards its late response', async () => {
    const { url, entries } = await gatewayOver(
      async () => {
        await delay(200);
        return answering({ statusCode: 200 });
      },
      { integrationTimeoutMs: 50 },
    );
    const answer = await rawHttp(url, 'POST', '/things');
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([504, 'GATEWAY_TIMEOUT']);
    await delay(250);
    expect(entries).toMatchObject([{ status: 504 }]);
  });

  it('does not apply its timeout to a stream', async () => {
    const { url } = await gatewayOver(
      async () => {
        await delay(150);
        return answering({ statusCode: 200, body: 'late' });
      },
      { integrationTimeoutMs: 50 },
    );
    expect(await rawHttp(url, 'POST', '/stream')).toMatchObject({ status: 200, body: 'late' });
  });

  it.each([
    ['a body of more than 10 MB', 'x'.repeat(11 * 2 ** 20)],
    ['an event of more than 6 MB', 'x'.repeat(6_291_557)],
  ])('returns 413 for %s', async (_, body) => {
    const { url, events } = await gatewayOver(answering({ statusCode: 200 }));
    const answer = await rawHttp(url, 'POST', '/things', BODY, body);
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([413, 'BODY_TOO_LARGE']);
    expect(events).toEqual([]);
  });
});

describe('the gateway with malformed requests', () => {
  it.each([
    ['//', 404],
    ['///things', 404],
    ['//things', 404],
    ['/%', 404],
    ['/things%00', 404],
    ['/%ff%fe', 404],
    ['/things/../things', 200],
    ['*', 400],
    ['http://', 400],
    ['http://elsewhere/things', 200],
    ['nothing', 400],
    ['/things?%', 200],
    ['/things?a=%EC%99%9C&&=&=1', 200],
    ['/things?a=%ff&&=&=1', 400],
    ['/things?b&%C3=1', 400],
    [`/${'x'.repeat(8_000)}`, 404],
  ])('responds to the target %s with %i', async (target, status) => {
    const { url } = await gatewayOver(answering({ statusCode: 200 }));
    const answer = await rawConnection(
      url,
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    if (status >= 400) expect(answer).toContain('application/problem+json');
  });

  it.each([
    [
      'headers beyond 16 KB',
      `GET /things HTTP/1.1\r\nHost: localhost\r\n${`x-a: ${'b'.repeat(90)}\r\n`.repeat(400)}\r\n`,
      400,
    ],
    ['invalid HTTP', 'hello\r\n\r\n', 400],
    ['no host', 'GET /things HTTP/1.1\r\n\r\n', 400],
    [
      'two lengths',
      'POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
    ],
    [
      'a length and chunks',
      'POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', 400],
    [
      'a header with a control character',
      'GET /things HTTP/1.1\r\nHost: localhost\r\nA: \u0001\r\n\r\n',
      400,
    ],
  ])('%s: returns %i and answers the next request', async (_, bytes, status) => {
    const { url } = await gatewayOver(answering({ statusCode: 200 }));
    const answer = await rawConnection(url, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(problemIn(answer)).toMatchObject({ status, code: 'INVALID_REQUEST' });
    expect((await rawHttp(url, 'POST', '/things')).status).toBe(200);
  });

  it('refuses invalid and unknown hosts without invoking a function', async () => {
    const { url, events } = await gatewayOver(answering({ statusCode: 200 }), {
      access: { hosts: ['srag.example'] },
    });
    const asked = (host: string) =>
      rawConnection(url, `GET /things HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    for (const host of ['a b', 'a/b?c', '[::1', 'x:99999999', '%', '', 'evil.example']) {
      const answer = await asked(host);
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect(problemIn(answer)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    }
    expect(events).toEqual([]);
    expect(await asked('srag.example:3000')).toMatch(/^HTTP\/1\.1 200 /);
    expect(events).toMatchObject([{ requestContext: { domainName: 'srag.example:3000' } }]);
  });

  it('refuses a body that does not arrive completely in time, and logs the reason', async () => {
    const { url, events, entries } = await gatewayOver(answering({ statusCode: 200 }), {
      requestTimeoutMs: 100,
    });
    const answer = await rawConnection(
      url,
      'POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf',
    );
    expect(problemIn(answer)).toMatchObject({
      status: 400,
      code: 'INVALID_REQUEST',
      detail: 'The request was not completely received in time.',
    });
    expect(entries).toMatchObject([{ status: 400, requestId: problemIn(answer).requestId }]);
    expect(events).toEqual([]);
  });

  it('refuses a request whose head does not arrive completely in time', async () => {
    const { url } = await gatewayOver(answering({ statusCode: 200 }), { requestTimeoutMs: 100 });
    expect(problemIn(await rawConnection(url, 'POST /thi'))).toMatchObject({ status: 400 });
  });

  it('ignores the Expect header of a request', async () => {
    const { url } = await gatewayOver(answering({ statusCode: 200, body: 'fine' }));
    expect(await rawHttp(url, 'POST', '/things', { expect: 'foo' })).toMatchObject({
      status: 200,
      body: 'fine',
    });
    expect(await rawHttp(url, 'POST', '/nothing', { expect: 'foo' })).toMatchObject({ status: 404 });
  });

  it('responds to HEAD with 405 and the allowed methods', async () => {
    const { url } = await gatewayOver(answering({ statusCode: 200 }));
    const answer = await rawHttp(url, 'HEAD', '/things');
    expect([answer.status, answer.headers.allow, answer.body]).toEqual([405, 'GET, POST', '']);
  });

  it('names the query parameter that is not UTF-8', async () => {
    const { url, events } = await gatewayOver(answering({ statusCode: 200 }));
    const answer = await rawHttp(url, 'GET', '/things?a=1&q=%ff%fe');
    expect(JSON.parse(answer.body)).toMatchObject({
      status: 400,
      code: 'INVALID_ARGUMENT',
      errors: [{ path: 'q', message: 'is not UTF-8' }],
    });
    expect(events).toEqual([]);
  });

  it('answers a request even if stray bytes follow it', async () => {
    const { url } = await gatewayOver(async () => {
      await delay(100);
      return answering({ statusCode: 200, body: 'fine' });
    });
    const answer = await rawConnection(
      url,
      'GET /things HTTP/1.1\r\nHost: localhost\r\n\r\nno request\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*fine$/);
  });

  it('logs status 499 if a client disconnects while it sends the body, and does not invoke a function', async () => {
    const { url, events, entries } = await gatewayOver(answering({ statusCode: 200 }));
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf');
    await delay(50);
    socket.destroy();
    await once(socket, 'close');
    for (let tries = 0; entries.length === 0 && tries < 100; tries++) await delay(10);
    expect(entries).toMatchObject([{ status: 499 }]);
    expect(events).toEqual([]);
  });
});
