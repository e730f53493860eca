import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { accessKeyOf, environmentOf } from './credentials.ts';

/** What becomes of connections that are idle while their environment is frozen. */
export interface FrozenConnectionsOptions {
  /** They die when it is frozen for so long. */
  readonly idleMs: number;
  /** What the next request finds: a reset, or nobody that answers. */
  readonly sockets: 'reset' | 'silent';
}

/**
 * Ends the connections of frozen environments, as servers and NAT gateways do. A connection shows only when it is used
 * again that it is dead: an environment that is frozen does not see the packets that end it. Environments are told apart
 * by the credentials of their requests.
 */
export class FrozenConnections {
  readonly #options: FrozenConnectionsOptions;
  /** Connections of an environment that were not used since then are dead; milliseconds by its id. */
  readonly #deadBeforeMs = new Map<string, number>();
  readonly #usedMs = new WeakMap<Socket, number>();

  constructor(options: FrozenConnectionsOptions) {
    this.#options = options;
  }

  /** An environment runs again. */
  thawed(environmentId: string, frozenMs: number): void {
    if (frozenMs >= this.#options.idleMs) this.#deadBeforeMs.set(environmentId, performance.now());
  }

  forget(environmentId: string): void {
    this.#deadBeforeMs.delete(environmentId);
  }

  /** Puts itself before the listener of a server. */
  guard(server: Server): void {
    const [listener] = server.listeners('request') as [RequestListener];
    server.removeAllListeners('request');
    server.on('connection', (socket) => this.#used(socket));
    server.on('request', (incoming: IncomingMessage, outgoing) => {
      const { socket } = incoming;
      if (this.#isDead(incoming)) {
        if (this.#options.sockets === 'reset') socket.resetAndDestroy();
        return;
      }
      outgoing.once('close', () => this.#used(socket));
      listener(incoming, outgoing);
    });
  }

  #used(socket: Socket): void {
    this.#usedMs.set(socket, performance.now());
  }

  #isDead({ headers, socket }: IncomingMessage): boolean {
    const environmentId = environmentOf(accessKeyOf(headers.authorization) ?? '');
    return (this.#usedMs.get(socket) ?? 0) < (this.#deadBeforeMs.get(environmentId) ?? 0);
  }
}
