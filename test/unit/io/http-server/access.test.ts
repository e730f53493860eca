import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Access, isLoopback, sameSecret } from '../../../../src/io/http-server/index.ts';

type Headers = Readonly<Record<string, string>>;
const requestWith = (headers: Headers, localAddress = '127.0.0.1') =>
  ({ headers, socket: { localAddress } }) as unknown as IncomingMessage;

describe('access to a local server', () => {
  const access = new Access({ hosts: ['srag.example'] });
  const refused = (headers: Headers, localAddress?: string): boolean =>
    access.refusal(requestWith(headers, localAddress)) !== undefined;

  it.each([
    ...[
      'localhost',
      'localhost:3000',
      'LOCALHOST:3000',
      'localhost.',
      'bucket.localhost:9000',
      '127.0.0.1:80',
    ],
    ...['127.8.9.1', '[::1]', '[::1]:3000', '[::ffff:127.0.0.1]:1', 'srag.example:3000', 'SRAG.example.'],
  ])('allows requests for %s', (host) => {
    expect(refused({ host })).toBe(false);
  });

  it.each([
    ...[
      'evil.example',
      'evil.example:3000',
      'localhost.evil.example',
      'notlocalhost',
      '127.0.0.1.evil.example',
    ],
    ...['10.0.0.5', '0.0.0.0:3000', '[::]', '[fe80::1]:3000', '192.168.1.2', 'other.srag.example'],
    ...[
      '',
      ' ',
      'localhost@evil.example',
      'evil.example#localhost',
      'localhost:99999999',
      'localhost:3000/x',
      'ｌocalhost',
    ],
    ...[
      'http://localhost',
      'localhost,evil.example',
      '[::1',
      '::1',
      'user:pass@localhost',
      '2130706433',
      '0x7f.1',
    ],
  ])('refuses requests for %j', (host) => {
    expect(refused({ host })).toBe(true);
  });

  it('is allowed if the Host header is the local address of the connection, but not another address', () => {
    expect(refused({ host: '192.168.1.2:3000' }, '192.168.1.2')).toBe(false);
    expect(refused({ host: '192.168.1.2:3000' }, '::ffff:192.168.1.2')).toBe(false);
    expect(refused({ host: '192.168.1.3:3000' }, '192.168.1.2')).toBe(true);
    // An attacker can make a name resolve to any address, so names never match the connection.
    expect(refused({ host: 'evil.example' }, 'evil.example')).toBe(true);
  });

  it.each([
    [{ origin: 'http://localhost:5173' }, false],
    [{ origin: 'https://srag.example' }, false],
    [{ origin: 'https://evil.example' }, true],
    [{ origin: 'http://localhost.evil.example' }, true],
    [{ origin: 'null' }, true],
    [{ origin: '' }, true],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, true],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, false],
    [{ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
  ])('with the browser headers %j is refused: %s', (headers, expected) => {
    expect(refused({ host: 'localhost:3000', ...(headers as Headers) })).toBe(expected);
  });

  it('requires one of the configured keys, if there are any', () => {
    const keyed = new Access({ apiKeys: ['k1', 'key-2'] });
    const isTaken = (headers: Headers): boolean => keyed.hasKey(requestWith(headers));
    expect(isTaken({ 'x-api-key': 'k1' })).toBe(true);
    expect(isTaken({ 'x-api-key': 'key-2' })).toBe(true);
    for (const wrong of ['', 'k', 'k11', 'K1', 'k1 ', 'undefined', 'null', 'k1,key-2'])
      expect(isTaken({ 'x-api-key': wrong }), wrong).toBe(false);
    expect(isTaken({})).toBe(false);
    expect(isTaken({ authorization: 'Bearer k1' })).toBe(false);
    expect(access.hasKey(requestWith({}))).toBe(true);
    expect(new Access({ apiKeys: [] }).hasKey(requestWith({ 'x-api-key': '' }))).toBe(false);
    expect(new Access({ apiKeys: ['undefined'] }).hasKey(requestWith({}))).toBe(false);
  });

  it('requires equal secrets, which may have any length', () => {
    expect(sameSecret('a', 'a')).toBe(true);
    expect(sameSecret('a', 'ab')).toBe(false);
    expect(sameSecret('', '')).toBe(true);
    expect(sameSecret('é', 'e\u0301')).toBe(false);
  });

  it('distinguishes the addresses of the loopback interface from others', () => {
    const names = [
      'localhost',
      '127.0.0.1',
      '127.255.0.1',
      '::1',
      '::ffff:127.0.0.1',
      '128.0.0.1',
      '::',
      'host',
    ];
    expect(names.filter(isLoopback)).toEqual(names.slice(0, 5));
  });
});
