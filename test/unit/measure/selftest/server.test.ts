import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpSender } from '../../../../src/measure/experiment/load/http-sender.ts';
import { type KnownServer, startKnownServer } from '../../../../src/measure/selftest/server.ts';

describe('the selftest server', () => {
  let server: KnownServer;
  beforeAll(async () => {
    server = await startKnownServer();
  });
  afterAll(() => server.close());

  const sender = (at: number) =>
    httpSender({ url: server.url, route: 'retrieve', bodyOf: (number) => JSON.stringify({ at, number }) });

  it('ends each request as planned and never too early, and records its duration', async () => {
    server.begin(
      [{ kind: 'delays', delaysMs: Float64Array.of(20, 5, 10, 1, 1), endings: Uint8Array.of(0, 1, 2, 3, 4) }],
      [5],
    );
    const { send, close } = sender(0);
    const abort = new AbortController();
    const replies = await Promise.allSettled([
      ...[0, 1, 2, 3].map((number) => send(number, new AbortController().signal)),
      send(4, AbortSignal.any([abort.signal, AbortSignal.timeout(50)])),
    ]);
    close();
    expect(
      replies.map((reply) => (reply.status === 'fulfilled' ? reply.value.status : reply.reason.code)),
    ).toEqual([200, 429, 503, 'ECONNRESET', 'ABORT_ERR']);
    const { servedMs } = server.end()[0]!;
    for (const [number, delayMs] of [20, 5, 10, 1].entries())
      expect(servedMs[number]).toBeGreaterThanOrEqual(delayMs);
    expect(servedMs[4]).toBeNaN();
  });

  it('serves queued requests one at a time', async () => {
    server.begin([{ kind: 'queue', serviceMs: 10 }], [4]);
    const { send, close } = sender(0);
    const startMs = performance.now();
    await Promise.all([0, 1, 2, 3].map((number) => send(number, new AbortController().signal)));
    const elapsedMs = performance.now() - startMs;
    close();
    expect(elapsedMs).toBeGreaterThanOrEqual(40);
    for (const servedMs of server.end()[0]!.servedMs) expect(servedMs).toBeGreaterThanOrEqual(10);
  });
});
