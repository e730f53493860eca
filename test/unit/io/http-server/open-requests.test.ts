import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OpenRequests } from '../../../../src/io/http-server/open-requests.ts';
import { until } from '../../../support/http-server.ts';
import { rawHttp } from '../../../support/raw-http.ts';

/** Starts a server whose responses are sent by the test. */
async function waitingServer() {
  const responses: ServerResponse[] = [];
  const server = createServer((request, response) => {
    open.track(request, response);
    responses.push(response);
  });
  const open = new OpenRequests(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => server.closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, responses, open };
}

describe('a server that closes', () => {
  it('waits for responses, whether they have started or not', async () => {
    const { url, responses, open } = await waitingServer();
    const answers = ['/a', '/b'].map((path) => rawHttp(url, 'GET', path));
    await until(() => responses.length === 2);
    responses[1]!.write('begun ');
    const closed = open.close(60_000);
    for (const response of responses) response.end('whole');
    expect((await Promise.all(answers)).map(({ body }) => body).sort()).toEqual(['begun whole', 'whole']);
    await closed;
    await expect(rawHttp(url, 'GET', '/c')).rejects.toThrow('ECONNREFUSED');
  });

  it('calls `late` for requests that exceed the grace period, and aborts responses that have started', async () => {
    const { url, responses, open } = await waitingServer();
    const late = rawHttp(url, 'GET', '/late');
    await until(() => responses.length === 1);
    const begun = rawHttp(url, 'GET', '/begun');
    begun.catch(() => {});
    await until(() => responses.length === 2);
    responses[1]!.write('begun');
    await open.close(50, (response) => {
      if (!response.headersSent) response.writeHead(503).end('late');
    });
    expect(await late).toMatchObject({ status: 503, body: 'late' });
    await expect(begun).rejects.toThrow('aborted');
  });

  it('does not wait for connections without a request', async () => {
    const { url, open } = await waitingServer();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    const startedMs = performance.now();
    await open.close(60_000);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });
});
