import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsJsonRpc, postForJson } from '../../../../src/io/remote/index.ts';
import { laptopCredentials } from '../../../../src/laptop/index.ts';
import { startMortalRelay } from '../../../support/mortal-relay.ts';
import { pauseWork } from '../../../support/pause-work.ts';

const ONCE = { attempts: 1, baseMs: 0, capMs: 0 };

describe('HTTP clients', () => {
  let server: Server;
  let url: string;
  let connections: number;
  let requests: number;
  beforeEach(async () => {
    connections = 0;
    requests = 0;
    server = createServer(async (request, response) => {
      requests++;
      request.resume();
      response.end('{}');
    });
    server.on('connection', () => connections++);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const rpcAt = (endpoint: string) =>
    new AwsJsonRpc('states', {
      region: 'us-east-1',
      endpoint,
      credentials: laptopCredentials('test'),
      timeoutMs: 300,
      retry: ONCE,
    });
  const post = () =>
    postForJson({
      url,
      body: {},
      timeoutMs: 1_000,
      maxBytes: 100,
      context: { failedCode: 'EMBEDDER_FAILED', service: 'test', model: 'test' },
    });

  it.each([
    ['of AWS', () => rpcAt(url)],
    ['of models', () => ({ call: post })],
  ])('%s keep their connections between requests, but not across a pause of the process', async (_, open) => {
    const client = open();
    const ask = () => client.call('StartSyncExecution', {});
    // Three requests, because the pool of `fetch` opens one or two connections at first.
    for (let count = 0; count < 3; count++) await ask();
    const before = connections;
    pauseWork(20);
    await ask();
    expect(connections).toBe(before);
    pauseWork(500);
    await ask();
    expect({ connections, requests }).toEqual({ connections: before + 1, requests: 5 });
  });

  it('retry a request once if its reused connection is closed', async () => {
    const relay = await startMortalRelay(url);
    const rpc = rpcAt(relay.url);
    await Promise.all([1, 2, 3].map(() => rpc.call('StartSyncExecution', {})));
    relay.endConnections('reset');
    expect(await rpc.call('StartSyncExecution', {})).toEqual({});
    expect({ connections, requests }).toEqual({ connections: 4, requests: 4 });
    rpc.close();
    await relay.stop();
  });

  it('do not retry a request that fails on a new connection or times out', async () => {
    server.removeAllListeners('request');
    server.on('request', (request) => {
      requests++;
      request.socket.resetAndDestroy();
    });
    const rpc = rpcAt(url);
    await expect(rpc.call('StartSyncExecution', {})).rejects.toThrow('ECONNRESET');
    expect(requests).toBe(1);
    server.removeAllListeners('request');
    server.on('request', (_, response) => {
      if (++requests === 2) response.end('{}');
    });
    await rpc.call('StartSyncExecution', {});
    await expect(rpc.call('StartSyncExecution', {})).rejects.toMatchObject({ code: 'AWS_UNAVAILABLE' });
    expect(requests).toBe(3);
    rpc.close();
  });
});
