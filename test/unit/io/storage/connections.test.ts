import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connections } from '../../../../src/io/storage/s3/connections.ts';
import { pauseWork } from '../../../support/pause-work.ts';

const answer = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;

describe('keep-alive connections', () => {
  let server: Server;
  let connections: Connections;
  let opened: Socket[];
  let reply: (request: string, connection: number, socket: Socket) => unknown;

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

  it('serve requests in sequence', async () => {
    const requests: string[] = [];
    reply = (request, _, socket) => {
      requests.push(request);
      socket.write(answer('yes'));
    };
    expect([await get(), await get(), await get()]).toEqual(['yes', 'yes', 'yes']);
    expect(opened).toHaveLength(1);
    expect(requests[0]).toBe('GET /x HTTP/1.1\r\nhost: h\r\n\r\n');
  });

  it('do not exceed the connection limit; further requests wait', async () => {
    const all = await Promise.all(Array.from({ length: 9 }, () => get()));
    expect(all).toEqual(Array(9).fill('yes'));
    expect(opened).toHaveLength(2);
  });

  it('are opened in advance up to the limit, and used by later requests', async () => {
    connections.prepare(5);
    await expect.poll(() => opened.length).toBe(2);
    expect(await Promise.all([get(), get(), get()])).toEqual(['yes', 'yes', 'yes']);
    expect(opened).toHaveLength(2);
    new Connections(new URL('http://127.0.0.1:9'), 2, 200).prepare(1);
  });

  it('are replaced if the server closed them while they were idle or when they are reused', async () => {
    await Promise.all([get(), get()]);
    opened[0]!.destroy();
    reply = (_, connection, socket) => (connection <= 2 ? socket.destroy() : socket.write(answer('again')));
    expect(await get()).toBe('again');
  });

  it('reject a request if a new connection is closed before or during the response', async () => {
    reply = (_, __, socket) => socket.destroy();
    await expect(get()).rejects.toThrow(Error);
    reply = (_, __, socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf');
    await expect(get()).rejects.toThrow(Error);
    reply = (_, __, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it');
    expect(await get()).toBe('all of it');
  });

  it('reject a request that gets no response, and one whose connection is refused', async () => {
    reply = () => {};
    await expect(get()).rejects.toThrow('nothing arrived');
    const nobody = new Connections(new URL('http://127.0.0.1:9'), 2, 200);
    await expect(nobody.get('/', {})).rejects.toThrow('ECONNREFUSED');
  });

  it('close when their request is cancelled, without affecting other connections', async () => {
    const controller = new AbortController();
    reply = (_, connection, socket) => void (connection > 1 && socket.write(answer('other')));
    const [cancelled, other] = [get(controller.signal), get()];
    await other;
    controller.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrow('enough');
    expect(await get()).toBe('other');
    await expect(get(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });

  it('reject a cancelled request that waits for a connection, and serve the next one in its place', async () => {
    const controller = new AbortController();
    const held: Socket[] = [];
    reply = (_, __, socket) => void held.push(socket);
    const busy = [get(), get()];
    const cancelled = get(controller.signal);
    const next = get();
    await expect.poll(() => held.length).toBe(2);
    controller.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrow('enough');
    reply = (_, __, socket) => void socket.write(answer('next'));
    for (const socket of held) socket.write(answer('busy'));
    expect(await Promise.all([...busy, next])).toEqual(['busy', 'busy', 'next']);
  });

  describe('after a pause', () => {
    const SILENCE = () => {};
    const ask = async (count: number): Promise<string[]> =>
      Promise.all(Array.from({ length: count }, () => get()));

    beforeEach(() => {
      connections.close();
      const { port } = server.address() as { port: number };
      connections = new Connections(new URL(`http://127.0.0.1:${port}`), 4, 60_000);
    });

    it('are all replaced if one of them does not respond', async () => {
      await ask(3);
      expect(opened).toHaveLength(3);
      reply = (_, number, socket) => number > 3 && socket.write(answer('new'));
      pauseWork(500);
      const startedMs = performance.now();
      expect(await ask(2)).toEqual(['new', 'new']);
      expect(await get()).toBe('new');
      expect(performance.now() - startedMs).toBeLessThan(2_000);
      expect(opened).toHaveLength(5);
    });

    it('are reused if they respond, and then get the usual timeout again', async () => {
      await ask(2);
      pauseWork(500);
      expect(await ask(2)).toEqual(['yes', 'yes']);
      reply = (_, __, socket) => setTimeout(() => socket.write(answer('late')), 1_200);
      expect(await ask(2)).toEqual(['late', 'late']);
      expect(opened).toHaveLength(2);
    });

    it('are not reused if the pause was longer than 20 s', async () => {
      await ask(2);
      reply = (_, number, socket) => number > 2 && socket.write(answer('new'));
      pauseWork(20_001);
      const startedMs = performance.now();
      expect(await ask(2)).toEqual(['new', 'new']);
      expect(performance.now() - startedMs).toBeLessThan(900);
    });

    it('get a short timeout if they await a response; then the request is sent over a new connection', async () => {
      reply = SILENCE;
      const asked = ask(2);
      await expect.poll(() => opened.length).toBe(2);
      reply = (_, number, socket) => number > 2 && socket.write(answer('new'));
      pauseWork(500);
      expect(await asked).toEqual(['new', 'new']);
    });

    it('are replaced immediately if they are reset', async () => {
      await ask(4);
      pauseWork(500);
      reply = (_, number, socket) => {
        if (number > 4) socket.write(answer('new'));
        else socket.resetAndDestroy();
      };
      expect(await ask(4)).toEqual(Array(4).fill('new'));
    });
  });
});
