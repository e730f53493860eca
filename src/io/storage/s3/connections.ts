import { afterPause } from '../../../core/index.ts';
import type { ReadOptions } from '../port.ts';
import { Connection } from './connection.ts';
import { type HttpResponse, ResponseParser } from './response-parser.ts';

/** Size of a connection's read buffer. */
const READ_BYTES = 64 * 1_024;
/** Connections idle during a longer pause are closed. S3 keeps idle connections open for about this long. */
const MAX_PAUSE_MS = 20_000;

/**
 * A pool of keep-alive connections to one server, for GET requests. Each connection reuses one read buffer and copies
 * its data into the response. Node's client allocates a new buffer for every 64 KiB: a process that reads a megabyte
 * per question would accumulate hundreds of megabytes before garbage collection.
 */
export class Connections {
  readonly #server: URL;
  readonly #maxConnections: number;
  readonly #timeoutMs: number;
  /** Idle connections, the most recently used last. */
  readonly #free: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #waiting: (() => void)[] = [];
  /** Buffers of closed connections, for reuse: some servers close every connection. */
  readonly #buffers: Uint8Array[] = [];
  #isClosed = false;

  constructor(server: URL, maxConnections: number, timeoutMs: number) {
    this.#server = server;
    this.#maxConnections = maxConnections;
    this.#timeoutMs = timeoutMs;
    afterPause(this, (connections, pausedMs) => {
      for (const connection of connections.#all) connection.doubt();
      if (pausedMs > MAX_PAUSE_MS) connections.#closeDoubted();
    });
  }

  /** Sends a request. `signal` aborts it and closes its connection; `take` receives the bytes of a range. */
  async get(
    path: string,
    headers: Readonly<Record<string, string>>,
    { signal, take }: Pick<ReadOptions, 'signal' | 'take'> = {},
  ): Promise<HttpResponse> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const request = `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
    for (;;) {
      signal?.throwIfAborted();
      while (this.#free.length === 0 && this.#all.size >= this.#maxConnections) await this.#turn(signal);
      if (this.#isClosed) throw new Error('the connections are closed');
      const used = this.#free.pop();
      const connection = used ?? (await this.#connect());
      try {
        return await connection.send(request, new ResponseParser(take), signal);
      } catch (error) {
        // The server may have closed an idle connection just when it was reused.
        const { hasAnswered, isDoubted } = connection;
        if ((used === undefined && !isDoubted) || hasAnswered || signal?.aborted === true) throw error;
        if (isDoubted) this.#closeDoubted();
      }
    }
  }

  /** Opens connections ahead of requests, up to `count`: a handshake takes as long as two or three responses. */
  prepare(count: number): void {
    while (this.#all.size < Math.min(count, this.#maxConnections)) {
      this.#connect().then(
        (connection) => connection.release(),
        // The next request will report the failure.
        () => {},
      );
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of this.#all) connection.close();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Waits until a connection is free or closed. @throws the reason of `signal` once it is aborted */
  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(wake), 1);
        reject(signal?.reason);
      };
      this.#waiting.push(wake);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /** Closes idle connections from before a pause: after a freeze, either all of them are dead or none is. */
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
    // The connection is counted before it is opened, so that concurrent requests respect the limit.
    this.#all.add(connection);
    await connection.open(this.#server);
    return connection;
  }
}
