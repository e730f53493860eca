import { afterEach, describe, expect, it } from 'vitest';
import { RemoteApi, type RemoteAuth, type RemoteEvent } from '../../../../src/cloud/deployment/index.ts';
import { type LocalServer, startHttpServer, until } from '../../../support/http-server.ts';
import { checkSignature, TEST_CREDENTIALS } from '../../../support/signature.ts';

let server: LocalServer;
afterEach(() => server.stop());

type Answer = Parameters<typeof startHttpServer>[0];

async function api(answer: Answer, auth: RemoteAuth = { kind: 'none' }): Promise<RemoteApi> {
  server = await startHttpServer(answer);
  return new RemoteApi(`${server.url}/v1/`, auth);
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
const event = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const events =
  (...parts: (string | Buffer)[]): Answer =>
  async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const part of parts) {
      response.write(part);
      await new Promise(setImmediate);
    }
    response.end();
  };
async function all(stream: AsyncIterable<RemoteEvent>): Promise<RemoteEvent[]> {
  const found = [];
  for await (const one of stream) found.push(one);
  return found;
}

describe('authentication', () => {
  it('signs requests with AWS credentials for execute-api, as the AWS SDK does', async () => {
    const remote = await api(json(200, { hits: [] }), {
      kind: 'iam',
      region: 'eu-west-1',
      credentials: TEST_CREDENTIALS,
    });
    await remote.retrieve({ question: 'Größe des Druckers? 프린터' });
    const [request] = server.requests;
    expect(request?.path).toBe('/v1/retrieve');
    expect(JSON.parse(request!.body)).toEqual({ question: 'Größe des Druckers? 프린터' });
    expect(await checkSignature(request!)).toEqual({
      region: 'eu-west-1',
      service: 'execute-api',
      isValid: true,
    });
  });

  it('sends an API key or a token, or neither if the deployment requires no authentication', async () => {
    const headersFor = async (auth: RemoteAuth) => {
      await (await api(json(200, {}), auth)).retrieve({});
      const { headers } = server.requests[0]!;
      await server.stop();
      return [headers['x-api-key'], headers.authorization];
    };
    expect(await headersFor({ kind: 'api-key', key: 'k-1' })).toEqual(['k-1', undefined]);
    expect(await headersFor({ kind: 'jwt', token: 'a.b.c' })).toEqual([undefined, 'Bearer a.b.c']);
    expect(await headersFor({ kind: 'none' })).toEqual([undefined, undefined]);
  });
});

describe('errors of a deployment', () => {
  it('keep code, message, remedy and request id of srag errors', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      code: 'UNKNOWN_COLLECTION',
      detail: "Unknown collection 'handbok' (known: handbook).",
      remedy: "Did you mean 'handbook'?",
      requestId: 'r-1',
    };
    const remote = await api(json(404, problem));
    await expect(remote.retrieve({})).rejects.toMatchObject({
      code: 'UNKNOWN_COLLECTION',
      class: 'usage',
      message: "The deployment answered: Unknown collection 'handbok' (known: handbook).",
      remedy: "Did you mean 'handbook'?",
      fields: { status: 404, requestId: 'r-1' },
    });
  });

  it.each([
    [400, 'INVALID_BODY', 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED', 'ACCESS_DENIED'],
    [403, 'FORBIDDEN', 'ACCESS_DENIED'],
    [404, 'NO_SUCH_ROUTE', 'REMOTE_FAILED'],
    [413, 'BODY_TOO_LARGE', 'INVALID_ARGUMENT'],
    [502, 'FUNCTION_FAILED', 'REMOTE_FAILED'],
    [504, 'GATEWAY_TIMEOUT', 'REMOTE_FAILED'],
    // `toString` is a property of every object, but not an error code.
    [502, 'toString', 'REMOTE_FAILED'],
  ])('%i %s becomes %s', async (status, code, expected) => {
    const remote = await api(json(status, { status, code, detail: 'no', title: 'No' }));
    await expect(remote.retrieve({})).rejects.toMatchObject({
      code: expected,
      fields: { status, remoteCode: code },
    });
  });

  it('contain the time to wait before a retry', async () => {
    const remote = await api(
      json(429, { status: 429, code: 'GATEWAY_THROTTLED', detail: 'busy' }, { 'retry-after': '2' }),
    );
    await expect(remote.retrieve({})).rejects.toMatchObject({
      code: 'THROTTLED',
      fields: { retryAfterMs: 2_000 },
    });
  });

  it('quote the page of a proxy that answers instead of the API', async () => {
    const remote = await api((_, response) => void response.writeHead(503).end('<html>down</html>'));
    await expect(remote.retrieve({})).rejects.toMatchObject({
      code: 'REMOTE_FAILED',
      message: 'The deployment answered: <html>down</html>',
    });
  });

  it('distinguish unreachable servers from servers that do not implement the API', async () => {
    const remote = await api((_, response) => void response.writeHead(200).end('hello'));
    await expect(remote.retrieve({})).rejects.toMatchObject({
      code: 'REMOTE_FAILED',
      message: /not JSON: hello/,
    });
    await expect(all(remote.stream({}))).rejects.toMatchObject({
      code: 'REMOTE_FAILED',
      message: /null instead of events/,
    });
    await server.stop();
    await expect(remote.retrieve({})).rejects.toMatchObject({
      code: 'REMOTE_FAILED',
      message: /could not be reached: .*ECONNREFUSED/,
    });
  });
});

describe('a streamed answer', () => {
  const done = event('done', { answer: 'Yes 예', citations: [] });

  it('yields events as they arrive, wherever the bytes are split', async () => {
    const bytes = Buffer.from(event('hits', { hits: [{ id: 'a' }] }) + event('token', { text: '예' }) + done);
    const cut = bytes.indexOf(Buffer.from('예')) + 1;
    const remote = await api(events(bytes.subarray(0, cut), bytes.subarray(cut)));
    expect(await all(remote.stream({ question: 'q' }))).toEqual([
      { event: 'hits', data: { hits: [{ id: 'a' }] } },
      { event: 'token', data: { text: '예' } },
      { event: 'done', data: { answer: 'Yes 예', citations: [] } },
    ]);
    expect(server.requests[0]).toMatchObject({
      path: '/v1/query/stream',
      headers: { accept: 'text/event-stream' },
    });
  });

  it('throws the error in its last event if it fails midway', async () => {
    const problem = {
      status: 503,
      code: 'THROTTLED',
      detail: 'The model is busy.',
      title: 'x',
      requestId: 'r-2',
    };
    const remote = await api(events(event('token', { text: 'Ye' }), event('error', problem)));
    const got: RemoteEvent[] = [];
    const reading = (async () => {
      for await (const one of remote.stream({})) got.push(one);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'THROTTLED',
      message: /The model is busy/,
      fields: { requestId: 'r-2' },
    });
    expect(got).toHaveLength(1);
  });

  it('throws if it ends early, so that an incomplete answer is never returned', async () => {
    const remote = await api(events(event('token', { text: 'Ye' })));
    await expect(all(remote.stream({}))).rejects.toMatchObject({
      code: 'REMOTE_FAILED',
      message: /ended before its answer was done/,
    });
  });

  it('is aborted if no data arrives for too long', async () => {
    const remote = await api(
      (_, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders(),
    );
    await expect(all(remote.stream({}, { silenceMs: 30 }))).rejects.toMatchObject({
      code: 'REMOTE_FAILED',
      message: /silent for 30 ms/,
    });
  });

  it('closes the connection when the reader stops early', async () => {
    const remote = await api((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event('token', { text: 'a' }));
    });
    for await (const one of remote.stream({})) {
      expect(one.event).toBe('token');
      break;
    }
    await until(() => server.abandoned() === 1);
  });

  it('reports its cancellation', async () => {
    const abort = new AbortController();
    const remote = await api((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event('token', { text: 'a' }));
    });
    const reading = (async () => {
      for await (const _ of remote.stream({}, { signal: abort.signal })) abort.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
    await until(() => server.abandoned() === 1);
  });
});
