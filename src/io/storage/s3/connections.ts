import { afterPause } from '../../../core/index.ts';
import type { ReadOptions } from '../port.ts';
import { Connection } from './connection.ts';
import { type HttpResponse, ResponseParser } from './response-parser.ts';

/** Bytes taken from a connection at once. */
const READ_BYTES = 64 * 1_024;
/** Connections that were idle across a longer pause are closed: S3 keeps idle ones for about as long. */
const MAX_PAUSE_MS = 20_000;

/**
 * Kept connections to one server, for GET requests. What arrives is written into a buffer that the connection keeps and
 * copied from there into the answer's own: Node's client hands out a new buffer for every 64 KiB, and a process that
 * reads a megabyte for each question holds hundreds of megabytes of those before they are collected.
 */
export class Connections {
  readonly #server: URL;
  readonly #most: number;
  readonly #timeoutMs: number;
  /** Those free for a request, the last used at the end. */
  readonly #free: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #waiting: (() => void)[] = [];
  /** Of connections that are gone: some servers close every one. */
  readonly #buffers: Uint8Array[] = [];
  #isClosed = false;

  constructor(server: URL, most: number, timeoutMs: number) {
    this.#server = server;
    this.#most = most;
    this.#timeoutMs = timeoutMs;
    afterPause(this, (connections, pausedMs) => {
      for (const connection of connections.#all) connection.doubt();
      if (pausedMs > MAX_PAUSE_MS) connections.#closeDoubted();
    });
  }

  /** Sends a request. `signal` ends it with the connection that it is on; `take` gets a part that was asked for. */
  async get(
    path: string,
    headers: Readonly<Record<string, string>>,
    { signal, take }: Pick<ReadOptions, 'signal' | 'take'> = {},
  ): Promise<HttpResponse> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const request = `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
    for (;;) {
      while (this.#free.length === 0 && this.#all.size >= this.#most)
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      signal?.throwIfAborted();
      if (this.#isClosed) throw new Error('the connections are closed');
      const used = this.#free.pop();
      const connection = used ?? (await this.#connect());
      try {
        return await connection.send(request, new ResponseParser(take), signal);
      } catch (error) {
        // The server may close a kept connection just when it is used again.
        const { hasAnswered, isDoubted } = connection;
        if ((used === undefined && !isDoubted) || hasAnswered || signal?.aborted === true) throw error;
        if (isDoubted) this.#closeDoubted();
      }
    }
  }

  /** Makes connections ahead of requests, until there are `count`: a handshake takes as long as two or three answers. */
  prepare(count: number): void {
    while (this.#all.size < Math.min(count, this.#most)) {
      this.#connect().then(
        (connection) => connection.release(),
        // Whoever sends a request meets the failure.
        () => {},
      );
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of this.#all) connection.close();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** A frozen function finds all of its idle connections dead, or none. */
  #closeDoubted(): void {
    const doubted = this.#free.filter(({ isDoubted }) => isDoubted);
    for (const connection of doubted) connection.close();
  }

  async #connect(): Promise<Connection> {
    const buffer = this.#buffers.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES);
    const connection = new Connection(buffer, this.#timeoutMs, {
      onFree: () => {
        this.#free.push(connection);
        this.#waiting.shift()?.();
      },
      onGone: () => {
        const place = this.#free.indexOf(connection);
        if (place !== -1) this.#free.splice(place, 1);
        this.#all.delete(connection);
        this.#buffers.push(buffer);
        this.#waiting.shift()?.();
      },
    });
    // Counted before it is made, so that those who come meanwhile make no more than allowed.
    this.#all.add(connection);
    await connection.open(this.#server);
    return connection;
  }
}
