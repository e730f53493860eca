import { once } from 'node:events';
import { request } from 'node:http';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../../../src/laptop/lifecycle/index.ts';
import { gatewayOver, REPORT } from '../../../support/gateway.ts';
import { rawHttp } from '../../../support/raw-http.ts';

const PRELUDE = JSON.stringify({
  statusCode: 200,
  headers: { 'content-type': 'text/event-stream' },
  cookies: ['a=1'],
});
const END = '\0'.repeat(8);

function stream(): { readonly body: PassThrough; readonly result: InvocationResult } {
  const body = new PassThrough();
  return { body, result: { kind: 'stream', contentType: 'x', body, report: Promise.resolve(REPORT) } };
}

describe('a stream through the gateway', () => {
  it('forwards the status and headers first, then each part as it arrives', async () => {
    const { body, result } = stream();
    const { url } = await gatewayOver(result);
    // The prelude arrives in pieces, and the separator after it is split.
    for (const part of [PRELUDE.slice(0, 9), PRELUDE.slice(9), END.slice(0, 3), `${END.slice(3)}one`])
      body.write(part);
    const response = await fetch(`${url}/stream`, { method: 'POST' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.getSetCookie()).toEqual(['a=1']);
    const reader = response.body!.getReader();
    const next = async () => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await next()).toBe('one');
    body.write('two');
    expect(await next()).toBe('two');
    body.end();
    expect((await reader.read()).done).toBe(true);
  });

  it('ends with a connection error after the forwarded parts if its function fails midway', async () => {
    const { body, result } = stream();
    const { url } = await gatewayOver(result);
    body.write(`${PRELUDE}${END}one`);
    const response = await fetch(`${url}/stream`, { method: 'POST' });
    const reader = response.body!.getReader();
    await reader.read();
    body.destroy(new Error('midway'));
    await expect(reader.read()).rejects.toThrow();
  });

  it('lets its function continue when the client disconnects', async () => {
    const { body, result } = stream();
    const { url, entries } = await gatewayOver(result);
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, path: '/stream', method: 'POST' }).end();
    body.write(`${PRELUDE}${END}one`);
    const [response] = await once(sent, 'response');
    response.on('error', () => {});
    sent.destroy();
    await once(body, 'close');
    for (let tries = 0; entries.length === 0 && tries < 100; tries++) await delay(10);
    expect(entries).toHaveLength(1);
  });

  it('is read no faster than the client reads', async () => {
    const { body, result } = stream();
    const { url } = await gatewayOver(result);
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, path: '/stream', method: 'POST' }).end();
    body.write(`${PRELUDE}${END}`);
    const [response] = await once(sent, 'response');
    let written = 0;
    const part = Buffer.alloc(100_000);
    while (written < 1_000 && body.write(part)) written++;
    for (let tries = 0; tries < 1_000 && written < 1_000; tries++) {
      const isRead = await Promise.race([once(body, 'drain').then(() => true), delay(200).then(() => false)]);
      if (!isRead) break;
      while (written < 1_000 && body.write(part)) written++;
    }
    expect(written).toBeLessThan(1_000);
    response.destroy();
  });

  it.each([
    ['ends before its prelude', '{"statusCode": 200}'],
    ['has a prelude that is not JSON', `hello${END}`],
    ['has a prelude without a status', `{}${END}`],
    ['has no prelude', 'x'.repeat(70_000)],
  ])('results in a response with 502 if it %s', async (_, text) => {
    const { body, result } = stream();
    const { url } = await gatewayOver(result);
    body.end(text);
    const answer = await rawHttp(url, 'POST', '/stream');
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([502, 'FUNCTION_FAILED']);
  });

  it('results in a response with 502 if it fails before its prelude', async () => {
    const { body, result } = stream();
    const { url } = await gatewayOver(result);
    const asked = rawHttp(url, 'POST', '/stream');
    await delay(50);
    body.destroy(new Error('at once'));
    expect((await asked).status).toBe(502);
  });
});
