import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SragError } from '../../core/index.ts';

/** A server that listens on the loopback interface only. */
export interface ListeningServer {
  readonly endpoint: string;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/**
 * Makes a server listen on a port of 127.0.0.1; 0 selects a free one.
 * @throws INVALID_ARGUMENT if it is in use
 */
export async function listen(server: Server, port: number, field: string): Promise<ListeningServer> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new SragError('INVALID_ARGUMENT', `Port ${port} of 127.0.0.1 cannot be used: ${String(cause)}.`, {
      remedy: 'Choose another port, or omit it to use any free port.',
      fields: { field, value: port },
      cause,
    });
  }
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
