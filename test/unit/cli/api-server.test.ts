import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiServer } from '../../../src/cli/serve/api-server.ts';
import { rawConnection } from '../../support/gateway.ts';

async function listening(rules?: Parameters<typeof apiServer>[1]): Promise<string> {
  const api = apiServer({ fetch: () => new Response('fine') }, rules);
  api.server.listen(0, '127.0.0.1');
  await once(api.server, 'listening');
  onTestFinished(() => api.close(0));
  return `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`;
}

describe('the in-process server', () => {
  it.each([
    ['invalid HTTP', 'hello\r\n\r\n'],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n'],
    [
      'headers beyond 16 KB',
      `GET / HTTP/1.1\r\nHost: localhost\r\n${`x-a: ${'b'.repeat(90)}\r\n`.repeat(400)}\r\n`,
    ],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'],
  ])('answers %s with a problem response, as the gateway does', async (_what, bytes) => {
    const url = await listening();
    const [head = '', body = ''] = (await rawConnection(url, bytes)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 /);
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status: 400, code: 'INVALID_REQUEST', title: 'Bad request' });
    expect(
      await rawConnection(
        url,
        'GET / HTTP/1.1\r\nHost: localhost\r\nExpect: foo\r\nConnection: close\r\n\r\n',
      ),
    ).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('refuses requests for other hosts, and requests without one of the configured keys', async () => {
    const url = await listening({ hosts: ['srag.example'], apiKeys: ['k1'] });
    const asked = (lines: string) =>
      rawConnection(url, `GET / HTTP/1.1\r\n${lines}\r\nConnection: close\r\n\r\n`);
    for (const lines of [
      ...['Host: evil.example\r\nx-api-key: k1', 'Host: a b\r\nx-api-key: k1', 'Host: localhost'],
      ...[
        'Host: localhost\r\nx-api-key: k2',
        'Host: localhost\r\nx-api-key: k1\r\nOrigin: http://evil.example',
      ],
    ]) {
      const answer = await asked(lines);
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect(answer).toContain('"code":"FORBIDDEN"');
    }
    expect(await asked('Host: srag.example\r\nx-api-key: k1')).toMatch(/^HTTP\/1\.1 200 /);
  });
});
