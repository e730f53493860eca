import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** While the server closes, connections that have sent nothing are closed after this time. */
const SILENT_MS = 500;

/**
 * A server's open requests, whose responses are not complete. Create it before the server listens, and call
 * `track` for each request.
 */
export class OpenRequests {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #open = new Map<ServerResponse, IncomingMessage>();
  #isClosing = false;

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Tracks a request until its response has been sent or its client has disconnected. */
  track(request: IncomingMessage, response: ServerResponse): void {
    this.#open.set(response, request);
    if (this.#isClosing) response.shouldKeepAlive = false;
    response.once('close', () => {
      this.#open.delete(response);
      // Responses that started before `close` did not send `Connection: close`, so their connections are idle
      // now.
      if (this.#isClosing) this.#server.closeIdleConnections();
    });
  }

  /** The first open request of a connection. */
  on(socket: Duplex): { readonly request: IncomingMessage; readonly response: ServerResponse } | undefined {
    for (const [response, request] of this.#open) if (request.socket === socket) return { request, response };
    return undefined;
  }

  /**
   * Stops accepting connections, closes idle ones, and resolves when every request has been answered. After `graceMs`
   * it calls `late` for each open response and closes all connections.
   */
  async close(graceMs: number, late: (response: ServerResponse) => void = () => {}): Promise<void> {
    this.#isClosing = true;
    for (const response of this.#open.keys()) response.shouldKeepAlive = false;
    const done = new AbortController();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const watches = [this.#closeSilent(done.signal), this.#closeLate(graceMs, late, done.signal)];
    await closed;
    done.abort();
    await Promise.all(watches);
  }

  async #closeSilent(signal: AbortSignal): Promise<void> {
    if (!(await passes(SILENT_MS, signal))) return;
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  async #closeLate(
    graceMs: number,
    late: (response: ServerResponse) => void,
    signal: AbortSignal,
  ): Promise<void> {
    if (!(await passes(graceMs, signal))) return;
    for (const response of this.#open.keys()) late(response);
    // By the next turn of the event loop, the data that `late` wrote has reached the operating system.
    setImmediate(() => this.#server.closeAllConnections());
  }
}

/** Resolves with true after `ms`, or with false if the signal is aborted first. */
const passes = (ms: number, signal: AbortSignal): Promise<boolean> =>
  sleep(ms, true, { signal }).catch(() => false);
