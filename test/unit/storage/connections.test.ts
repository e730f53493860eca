import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connections } from '../../../src/storage/s3/connections.ts';

const answer = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;

/** A server whose answers to the requests of a connection are told in advance; it hangs up where there is none. */
describe('kept connections', () => {
  let server: Server;
  let connections: Connections;
  let opened: Socket[];
  let reply: (request: string, connection: number, socket: Socket) => void;

  beforeEach(async () => {
    opened = [];
    reply = (_, __, socket) => void socket.write(answer('yes'));
    server = createServer((socket) => {
      const number = opened.push(socket);
      socket.on('error', () => {});
      socket.on('data', (bytes) => reply(bytes.toString(), number, socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    connections = new Connections(new URL(`http://127.0.0.1:${port}`), 2, 200);
  });
  afterEach(async () => {
    connections.close();
    for (const socket of opened) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const get = async (signal?: AbortSignal): Promise<string> => {
    const { body } = await connections.get('/x', { host: 'h' }, signal && { signal });
    return Buffer.from(body).toString();
  };

  it('carry one request after the other', async () => {
    const requests: string[] = [];
    reply = (request, _, socket) => {
      requests.push(request);
      socket.write(answer('yes'));
    };
    expect([await get(), await get(), await get()]).toEqual(['yes', 'yes', 'yes']);
    expect(opened).toHaveLength(1);
    expect(requests[0]).toBe('GET /x HTTP/1.1\r\nhost: h\r\n\r\n');
  });

  it('are no more than allowed: further requests wait', async () => {
    const all = await Promise.all(Array.from({ length: 9 }, () => get()));
    expect(all).toEqual(Array(9).fill('yes'));
    expect(opened).toHaveLength(2);
  });

  it('are made ahead, no more than allowed, and used by what is asked for then', async () => {
    connections.prepare(5);
    await expect.poll(() => opened.length).toBe(2);
    expect(await Promise.all([get(), get(), get()])).toEqual(['yes', 'yes', 'yes']);
    expect(opened).toHaveLength(2);
    new Connections(new URL('http://127.0.0.1:9'), 2, 200).prepare(1);
  });

  it('are replaced where the server closed them meanwhile or just when they are used again', async () => {
    await Promise.all([get(), get()]);
    opened[0]!.destroy();
    reply = (_, connection, socket) => (connection <= 2 ? socket.destroy() : socket.write(answer('again')));
    expect(await get()).toBe('again');
  });

  it('fail where a new one is closed without an answer, or within one', async () => {
    reply = (_, __, socket) => socket.destroy();
    await expect(get()).rejects.toThrow(Error);
    reply = (_, __, socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf');
    await expect(get()).rejects.toThrow(Error);
    reply = (_, __, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it');
    expect(await get()).toBe('all of it');
  });

  it('fail when nothing arrives for too long, and when nobody listens', async () => {
    reply = () => {};
    await expect(get()).rejects.toThrow('nothing arrived');
    const nobody = new Connections(new URL('http://127.0.0.1:9'), 2, 200);
    await expect(nobody.get('/', {})).rejects.toThrow('ECONNREFUSED');
  });

  it('end with a request that is cancelled; the others go on', async () => {
    const controller = new AbortController();
    reply = (_, connection, socket) => void (connection > 1 && socket.write(answer('other')));
    const [cancelled, other] = [get(controller.signal), get()];
    await other;
    controller.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrow('enough');
    expect(await get()).toBe('other');
    await expect(get(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });
});
