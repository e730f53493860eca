import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModelOptions } from '../../../benchmarks/s3-model/options.ts';
import { createModelProxy } from '../../../benchmarks/s3-model/proxy.ts';
import {
  DEFAULT_SETTINGS,
  faultSource,
  type LoggedRequest,
  type ModelSettings,
  NO_DELAYS,
  summariseLog,
} from '../../../src/laptop/index.ts';

let seen: { url: string | undefined; headers: string[] }[];
let target: Server;
const opened: Server[] = [];

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function listen(server: Server): Promise<string> {
  opened.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return urlOf(server);
}

/** The response of the server behind the proxy: an object of N bytes for the path `/b/N`. */
function answer(incoming: IncomingMessage): Buffer {
  seen.push({ url: incoming.url, headers: incoming.rawHeaders });
  return Buffer.alloc(Number(/\d+/.exec(incoming.url ?? '')?.[0] ?? 0), 7);
}

const proxyOf = (settings: Partial<ModelSettings>): Promise<string> =>
  listen(createModelProxy(new URL(urlOf(target)), { ...NO_DELAYS, ...settings }));

const logOf = async (proxy: string): Promise<LoggedRequest[]> =>
  (await (await fetch(`${proxy}/__model/log`)).json()) as LoggedRequest[];

beforeEach(async () => {
  seen = [];
  target = createServer((incoming, outgoing) => {
    const body = answer(incoming);
    outgoing.writeHead(200, { etag: '"e"', 'content-length': body.length }).end(body);
  });
  await listen(target);
});

afterEach(() => {
  for (const server of opened.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

describe('the S3 model', () => {
  it('forwards path and headers unchanged, including the signed host', async () => {
    const proxy = await proxyOf({});
    const path = '/b/a%20b//c%2Bd?list-type=2&prefix=%2F';
    const response = await fetch(proxy + path, { headers: { 'X-Amz-Date': 'now', Range: 'bytes=0-1' } });
    expect(response.headers.get('etag')).toBe('"e"');
    expect(seen[0]?.url).toBe(path);
    const headers = Object.fromEntries(
      seen[0]!.headers.flatMap((name, at, all) => (at % 2 === 0 ? [[name.toLowerCase(), all[at + 1]]] : [])),
    );
    expect(headers).toMatchObject({ host: new URL(proxy).host, 'x-amz-date': 'now', range: 'bytes=0-1' });
    expect(await logOf(proxy)).toMatchObject([
      { method: 'GET', key: 'b/a b//c+d', query: 'list-type=2&prefix=%2F', range: 'bytes=0-1', status: 200 },
    ]);
  });

  it('never responds before the latency has passed', async () => {
    const proxy = await proxyOf({ latencyMs: 40 });
    for (let time = 0; time < 3; time++) {
      const startedMs = performance.now();
      await fetch(`${proxy}/b/10`);
      expect(performance.now() - startedMs).toBeGreaterThanOrEqual(40);
    }
    for (const { startMs, endMs } of await logOf(proxy)) expect(endMs - startMs).toBeGreaterThanOrEqual(39.9);
  });

  it('limits the bandwidth of a connection and of all connections together', async () => {
    const alone = await proxyOf({ connectionMb: 5 });
    const fromMs = performance.now();
    const body = await (await fetch(`${alone}/b/500000`)).arrayBuffer();
    expect(body.byteLength).toBe(500_000);
    expect(performance.now() - fromMs).toBeGreaterThanOrEqual(500 / 5);

    const shared = await proxyOf({ totalMb: 5 });
    const startedMs = performance.now();
    await Promise.all([1, 2, 3].map(async () => (await fetch(`${shared}/b/200000`)).arrayBuffer()));
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(600 / 5 - 25);
    expect(summariseLog(await logOf(shared))).toEqual({ reads: 3, bytes: 600_000, waves: 1 });
  });

  it('counts each set of overlapping reads as one wave, and clears the log on request', async () => {
    const proxy = await proxyOf({ latencyMs: 60 });
    for (let wave = 0; wave < 3; wave++) {
      await Promise.all([1, 2].map(async () => (await fetch(`${proxy}/b/100`)).arrayBuffer()));
    }
    expect(summariseLog(await logOf(proxy))).toEqual({ reads: 6, bytes: 600, waves: 3 });
    await fetch(`${proxy}/__model/reset`, { method: 'POST' });
    expect(await logOf(proxy)).toEqual([]);
  });

  it('injects the same faults for the same seed, and logs them', async () => {
    const faults = async (): Promise<(string | undefined)[]> => {
      const proxy = await proxyOf({ faultRate: 0.5, seed: 1 });
      for (let request = 0; request < 6; request++) {
        const response = await fetch(`${proxy}/b/1000`).catch(() => undefined);
        const body = await response?.arrayBuffer().catch(() => undefined);
        const { fault, status, bytes, isComplete } = (await logOf(proxy)).at(-1)!;
        if (fault === undefined || fault === 'stall') expect(body?.byteLength).toBe(1_000);
        if (fault === 'unavailable') expect([response?.status, status]).toEqual([503, 503]);
        if (fault === 'reset') expect([response, status]).toEqual([undefined, 0]);
        if (fault === 'short') expect([body, bytes, isComplete]).toEqual([undefined, 500, false]);
      }
      return (await logOf(proxy)).map(({ fault }) => fault);
    };
    const drawn = faultSource(1, 0.5);
    const expected = Array.from({ length: 6 }, drawn);
    expect(await faults()).toEqual(expected);
    expect(expected.some((fault) => fault !== undefined)).toBe(true);
  });

  it('accepts new settings while it runs, and rejects invalid ones', async () => {
    const proxy = await proxyOf({});
    const set = (body: unknown): Promise<Response> =>
      fetch(`${proxy}/__model/settings`, { method: 'POST', body: JSON.stringify(body) });
    expect(await (await set({ latencyMs: 30 })).json()).toMatchObject({ latencyMs: 30 });
    const startedMs = performance.now();
    await fetch(`${proxy}/b/1`);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(30);
    expect((await set({ latency: 30 })).status).toBe(400);
  });
});

describe('the settings of the S3 model', () => {
  it('on the command line take precedence over the defaults', () => {
    expect(readModelOptions(['--target', 'http://x', '--latency-ms', '60', '--fault-rate', '.05'])).toEqual({
      target: 'http://x',
      port: 0,
      settings: { ...DEFAULT_SETTINGS, latencyMs: 60, faultRate: 0.05 },
    });
    expect(() => readModelOptions([])).toThrow('--target is missing');
    expect(() => readModelOptions(['--target', 'http://x', '--fault-rate', '2'])).toThrow('faultRate is 2');
  });
});
