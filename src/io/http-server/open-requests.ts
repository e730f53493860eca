import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a connection over which nothing was sent yet may still bring the request that it was opened for. */
const SILENT_MS = 500;

/**
 * The requests of a server that have no whole answer yet. To be made before the server listens, with `track` called
 * for each of them.
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

  /** Remembers a request until its answer has been sent, or its client has left. */
  track(request: IncomingMessage, response: ServerResponse): void {
    this.#open.set(response, request);
    if (this.#isClosing) response.shouldKeepAlive = false;
    response.once('close', () => {
      this.#open.delete(response);
      // An answer that had begun before could not say that its connection ends with it.
      if (this.#isClosing) this.#server.closeIdleConnections();
    });
  }

  /** The request that is open on a connection, the first where there are several. */
  on(socket: Duplex): { readonly request: IncomingMessage; readonly response: ServerResponse } | undefined {
    for (const [response, request] of this.#open) if (request.socket === socket) return { request, response };
    return undefined;
  }

  /**
   * Takes no more connections, closes the idle ones, and resolves when every request has its answer. After `graceMs`
   * `late` is called for each that has not, and all connections are closed.
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
    // What was just written is with the system by the next turn.
    setImmediate(() => this.#server.closeAllConnections());
  }
}

/** Whether so much time has passed before the signal was aborted. */
const passes = (ms: number, signal: AbortSignal): Promise<boolean> =>
  sleep(ms, true, { signal }).catch(() => false);
