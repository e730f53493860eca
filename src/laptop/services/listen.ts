import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SragError } from '../../core/index.ts';

/** A server that listens on the loopback interface alone. */
export interface ListeningServer {
  readonly endpoint: string;
  /** Ends connections under way, too. */
  close(): Promise<void>;
}

/** Lets a server listen on a port of 127.0.0.1; 0 takes a free one. @throws INVALID_ARGUMENT where it is taken */
export async function listen(server: Server, port: number, field: string): Promise<ListeningServer> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `Port ${port} of 127.0.0.1 cannot be listened on: ${String(cause)}.`,
      {
        remedy: 'Choose another port, or none for any that is free.',
        fields: { field, value: port },
        cause,
      },
    );
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
