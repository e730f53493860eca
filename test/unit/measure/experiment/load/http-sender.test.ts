import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpSender } from '../../../../../src/measure/experiment/load/http-sender.ts';

const never = new AbortController().signal;
const servers: Server[] = [];

async function serve(handle: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    handle(request, response, Buffer.concat(parts).toString());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const bodyOf = (question: number): string => JSON.stringify({ question: `Frage ${question} – ü` });

describe('httpSender', () => {
  it('posts the question with the API key to a path below the base address, and reads the reply', async () => {
    let seen: unknown;
    const url = await serve((request, response, body) => {
      seen = {
        method: request.method,
        url: request.url,
        key: request.headers['x-api-key'],
        body: JSON.parse(body),
      };
      response.end(
        JSON.stringify({
          hits: [{ documentId: 'a' }, { documentId: 'b' }, { documentId: 'a' }],
          trace: { coldStart: true, stages: {}, totalMs: 3 },
          cost: { totalUsd: 2e-6, lines: [] },
        }),
      );
    });
    const sender = httpSender({ url: `${url}/prod/`, route: 'retrieve', bodyOf, apiKey: 'k' });
    const reply = await sender.send(4, never);
    sender.close();
    expect(seen).toEqual({
      method: 'POST',
      url: '/prod/retrieve',
      key: 'k',
      body: { question: 'Frage 4 – ü' },
    });
    expect(reply.status).toBe(200);
    expect(reply.details?.()).toEqual({
      hits: ['a', 'b'],
      trace: { coldStart: true, stages: {}, totalMs: 3 },
      cost: { totalUsd: 2e-6, lines: [] },
      code: undefined,
    });
  });

  it('returns the chunks of an answer as hits, and the code of an error response', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/query')
        response.end(JSON.stringify({ answer: 'x', chunks: [{ documentId: 'c' }] }));
      else response.writeHead(429).end(JSON.stringify({ code: 'THROTTLED' }));
    });
    const query = httpSender({ url, route: 'query', bodyOf });
    expect((await query.send(0, never)).details?.().hits).toEqual(['c']);
    query.close();
    const retrieve = httpSender({ url, route: 'retrieve', bodyOf });
    const refused = await retrieve.send(0, never);
    retrieve.close();
    expect([refused.status, refused.details?.().code]).toEqual([429, 'THROTTLED']);
  });

  it('throws when the details of a reply that is not JSON are read', async () => {
    const url = await serve((_request, response) => void response.end('<html>'));
    const sender = httpSender({ url, route: 'retrieve', bodyOf });
    const reply = await sender.send(0, never);
    sender.close();
    expect(() => reply.details?.()).toThrow(SyntaxError);
  });

  it('reuses connections, and opens as many as there are requests in flight', async () => {
    const ports = new Set<number | undefined>();
    let held: ServerResponse[] = [];
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      held.push(response);
      if (held.length < 3) return;
      for (const one of held) one.end('{}');
      held = [];
    });
    const sender = httpSender({ url, route: 'retrieve', bodyOf });
    for (let round = 0; round < 3; round++)
      await Promise.all([0, 1, 2].map((number) => sender.send(number, never)));
    sender.close();
    expect(ports.size).toBe(3);
  });

  it('rejects if the connection is reset, and does not retry', async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests++;
      if (requests === 2) request.socket.resetAndDestroy();
      else response.end('{}');
    });
    const sender = httpSender({ url, route: 'retrieve', bodyOf });
    await sender.send(0, never);
    await expect(sender.send(1, never)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requests).toBe(2);
    sender.close();
  });

  it('does not reuse a connection if the server announces that it will close it', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.setHeader('keep-alive', 'timeout=1').end('{}');
    });
    const sender = httpSender({ url, route: 'retrieve', bodyOf });
    await sender.send(0, never);
    await sender.send(1, never);
    sender.close();
    expect(ports.size).toBe(2);
  });

  it('rejects with the network error code if no server listens', async () => {
    const sender = httpSender({ url: 'http://127.0.0.1:9', route: 'retrieve', bodyOf });
    await expect(sender.send(0, never)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    sender.close();
  });

  it('rejects if the reply is truncated', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-length': 1_000 }).write('{"hits"');
      setImmediate(() => request.socket.destroy());
    });
    const sender = httpSender({ url, route: 'retrieve', bodyOf });
    await expect(sender.send(0, never)).rejects.toMatchObject({ code: 'ECONNRESET' });
    sender.close();
  });

  it('ends an aborted request', async () => {
    const url = await serve(() => {});
    const sender = httpSender({ url, route: 'retrieve', bodyOf });
    const abort = new AbortController();
    const sent = sender.send(0, abort.signal);
    setImmediate(() => abort.abort());
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    sender.close();
  });

  it.each(['localhost:3000', '', 'ftp://x', 'not an address'])('refuses the address %j', (url) => {
    expect(() => httpSender({ url, route: 'retrieve', bodyOf })).toThrow(/is not the address of an API/);
  });
});
