import { connect, isIP, type Socket } from 'node:net';
import type { ReadOptions } from '../port.ts';
import { type HttpResponse, ResponseParser } from './response-parser.ts';

/** Bytes taken from a connection at once. */
const READ_BYTES = 64 * 1_024;

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
        // The server may close a kept connection just when it is used again; a frozen function finds all of them closed.
        if (used === undefined || connection.hasAnswered || signal?.aborted === true) throw error;
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

interface Exchange {
  readonly parser: ResponseParser;
  readonly end: (error: Error | undefined, response?: HttpResponse) => void;
}

/** One connection: one request at a time. */
class Connection {
  readonly #buffer: Uint8Array;
  readonly #timeoutMs: number;
  readonly #onFree: () => void;
  readonly #onGone: () => void;
  #socket: Socket | undefined;
  #exchange: Exchange | undefined;
  /** Whether anything of the last answer has arrived. */
  hasAnswered = false;

  constructor(
    buffer: Uint8Array,
    timeoutMs: number,
    { onFree, onGone }: { readonly onFree: () => void; readonly onGone: () => void },
  ) {
    this.#buffer = buffer;
    this.#timeoutMs = timeoutMs;
    this.#onFree = onFree;
    this.#onGone = onGone;
  }

  async open({ protocol, hostname, port }: URL): Promise<void> {
    const isSecure = protocol === 'https:';
    // IPv6 addresses stand in brackets in a URL only.
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const options = {
      host,
      port: Number(port === '' ? (isSecure ? 443 : 80) : port),
      noDelay: true,
      onread: {
        buffer: this.#buffer,
        callback: (length: number, buffer: Uint8Array): boolean => {
          this.#take(buffer.subarray(0, length));
          return true;
        },
      },
    };
    let failure: Error | undefined;
    try {
      // TLS takes a while to load and is not always needed.
      const socket = isSecure
        ? (await import('node:tls')).connect({ ...options, ...(isIP(host) === 0 && { servername: host }) })
        : connect(options);
      this.#socket = socket;
      socket.setTimeout(this.#timeoutMs, () =>
        socket.destroy(new Error(`nothing arrived for ${this.#timeoutMs} ms`)),
      );
      socket.on('error', (error) => {
        failure = error;
      });
      socket.on('end', () => this.#finish(undefined, this.#exchange?.parser.end()));
      socket.on('close', () => {
        this.#onGone();
        this.#finish(failure ?? new Error('the connection was closed'));
      });
    } catch (error) {
      this.#onGone();
      throw error;
    }
  }

  send(request: string, parser: ResponseParser, signal: AbortSignal | undefined): Promise<HttpResponse> {
    const socket = this.#socket!;
    return new Promise((resolve, reject) => {
      const cancel = (): void => void socket.destroy(signal?.reason as Error);
      this.hasAnswered = false;
      this.#exchange = {
        parser,
        end: (error, response) => {
          signal?.removeEventListener('abort', cancel);
          if (response === undefined) reject(error ?? new Error('the connection was closed'));
          else resolve(response);
        },
      };
      if (socket.destroyed) {
        this.#finish(new Error('the connection was closed'));
        return;
      }
      signal?.addEventListener('abort', cancel, { once: true });
      if (signal?.aborted === true) cancel();
      socket.ref();
      socket.setTimeout(this.#timeoutMs);
      socket.write(request);
    });
  }

  /** Says that it takes a request. */
  release(): void {
    // A kept connection is no reason for the process to stay.
    this.#socket?.setTimeout(0);
    this.#socket?.unref();
    this.#onFree();
  }

  close(): void {
    this.#socket?.destroy();
  }

  #take(bytes: Uint8Array): void {
    const socket = this.#socket!;
    this.hasAnswered = true;
    try {
      if (this.#exchange === undefined) throw new Error('an answer came that nobody had asked for');
      const response = this.#exchange.parser.take(bytes);
      if (response === undefined) return;
      this.#finish(undefined, response);
      if (!response.isKept) socket.destroy();
      else this.release();
    } catch (error) {
      socket.destroy(error as Error);
    }
  }

  #finish(error: Error | undefined, response?: HttpResponse): void {
    const exchange = this.#exchange;
    if (exchange === undefined || (error === undefined && response === undefined)) return;
    this.#exchange = undefined;
    exchange.end(error, response);
  }
}
