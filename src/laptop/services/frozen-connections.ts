import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { accessKeyOf, environmentOf } from './credentials.ts';

/** What happens to idle connections of a frozen environment. */
export interface FrozenConnectionsOptions {
  /** Time after which the idle connections of a frozen environment are dead. */
  readonly idleMs: number;
  /** What the next request on a dead connection receives: a reset, or no response. */
  readonly sockets: 'reset' | 'silent';
}

/**
 * Ends the connections of frozen environments, as servers and NAT gateways do. An environment notices a dead
 * connection only when it uses it again, because it receives no packets while it is frozen. The credentials
 * of a request identify its environment.
 */
export class FrozenConnections {
  readonly #options: FrozenConnectionsOptions;
  /** For each environment id, a time in milliseconds: connections last used before it are dead. */
  readonly #deadBeforeMs = new Map<string, number>();
  readonly #usedMs = new WeakMap<Socket, number>();

  constructor(options: FrozenConnectionsOptions) {
    this.#options = options;
  }

  /** Reports that an environment was thawed after `frozenMs`. */
  thawed(environmentId: string, frozenMs: number): void {
    if (frozenMs >= this.#options.idleMs) this.#deadBeforeMs.set(environmentId, performance.now());
  }

  forget(environmentId: string): void {
    this.#deadBeforeMs.delete(environmentId);
  }

  /** Intercepts the requests of a server. */
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
