import { connect, isIP, type Socket } from 'node:net';
import type { HttpResponse, ResponseParser } from './response-parser.ts';

/**
 * After a pause, a connection that is silent for this long is replaced. A lower value drops healthy
 * connections if S3 is slow. With a higher value, a question waits longer, in each of three functions in
 * sequence.
 */
const DOUBTED_SILENCE_MS = 400;

interface Exchange {
  readonly parser: ResponseParser;
  readonly end: (error: Error | undefined, response?: HttpResponse) => void;
}

/** A connection that serves one GET at a time. */
export class Connection {
  readonly #buffer: Uint8Array;
  readonly #timeoutMs: number;
  readonly #onFree: () => void;
  readonly #onGone: () => void;
  #socket: Socket | undefined;
  #exchange: Exchange | undefined;
  /** Whether any part of the last response has arrived. */
  hasAnswered = false;
  /** Whether the connection may have died during a pause; false once data arrives. */
  isDoubted = false;

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
    // IPv6 addresses are in brackets only in URLs.
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
      // TLS is loaded on demand, because it is slow to load.
      const socket = isSecure
        ? (await import('node:tls')).connect({ ...options, ...(isIP(host) === 0 && { servername: host }) })
        : connect(options);
      this.#socket = socket;
      socket.setTimeout(this.#timeoutMs, () =>
        socket.destroy(new Error(`nothing arrived for ${socket.timeout} ms`)),
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
      socket.setTimeout(this.#silenceMs);
      socket.write(request);
    });
  }

  /** Marks the connection as free for the next request. */
  release(): void {
    // An idle connection must not keep the process alive.
    this.#socket?.setTimeout(0);
    this.#socket?.unref();
    this.#onFree();
  }

  /** Called after a pause, during which the connection may have died. */
  doubt(): void {
    this.isDoubted = true;
    if (this.#exchange !== undefined) this.#socket?.setTimeout(this.#silenceMs);
  }

  close(): void {
    this.#socket?.destroy();
  }

  get #silenceMs(): number {
    return this.isDoubted ? Math.min(DOUBTED_SILENCE_MS, this.#timeoutMs) : this.#timeoutMs;
  }

  #take(bytes: Uint8Array): void {
    const socket = this.#socket!;
    this.hasAnswered = true;
    if (this.isDoubted) {
      this.isDoubted = false;
      socket.setTimeout(this.#timeoutMs);
    }
    try {
      if (this.#exchange === undefined) throw new Error('received a response without a request');
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
