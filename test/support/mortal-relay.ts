import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How an ended connection reacts to the client's next byte: with a reset, or not at all. */
export type Ending = 'reset' | 'silent';

/** A TCP relay in front of a server, whose connections can end without notice to their clients. */
export interface MortalRelay {
  readonly url: string;
  /** Ends all currently open connections. */
  endConnections(ending: Ending): void;
  stop(): Promise<void>;
}

export async function startMortalRelay(target: string): Promise<MortalRelay> {
  const { hostname: host, port } = new URL(target);
  const endings = new Map<Socket, Ending | undefined>();
  const relay = createServer({ noDelay: true }, (client) => {
    const server = connect({ host, port: Number(port), noDelay: true });
    endings.set(client, undefined);
    client.on('data', (bytes) => {
      const ending = endings.get(client);
      if (ending === undefined) {
        if (!server.write(bytes)) client.pause();
        return;
      }
      server.destroy();
      if (ending === 'reset') client.resetAndDestroy();
    });
    server.on('drain', () => client.resume());
    server.on('data', (bytes) => {
      if (endings.get(client) === undefined && !client.write(bytes)) server.pause();
    });
    client.on('drain', () => server.resume());
    client.on('error', () => {});
    server.on('error', () => {});
    client.on('close', () => {
      endings.delete(client);
      server.destroy();
    });
    server.on('close', () => endings.get(client) ?? client.destroySoon());
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    endConnections: (ending) => {
      for (const client of endings.keys()) endings.set(client, ending);
    },
    stop: async () => {
      const closed = once(relay, 'close');
      relay.close();
      for (const client of endings.keys()) client.destroy();
      await closed;
    },
  };
}
