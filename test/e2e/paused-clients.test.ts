import { afterEach, describe, expect, it } from 'vitest';
import { invocation } from '../../src/cloud/functions/invocation.ts';
import { askWithPauses, Figures, FREEZES_TIMEOUT_MS } from '../support/freezes.ts';
import { type PausedClients, startPausedClients } from '../support/paused-clients.ts';

describe.each(['reset', 'silent'] as const)('connections that are %s after a pause', (ending) => {
  let clients: PausedClients;
  afterEach(() => clients?.stop());

  it(
    'do not fail or delay any request of a client in srag',
    async () => {
      clients = await startPausedClients();
      const figures = new Figures();
      // Simulates a function that uses every client in each invocation.
      await askWithPauses(
        invocation(async (number: number) => {
          const asked = Object.entries(clients.ask).map(([name, ask]) =>
            figures.measure(name, () => ask(number)),
          );
          await Promise.all(asked);
        }),
        () => clients.endConnections(ending),
      );
      // Verifies that the relays end connections: a client that reuses its connection unchecked fails.
      await clients.askTrusting();
      clients.endConnections(ending);
      await expect(clients.askTrusting()).rejects.toThrow();
      figures.check(`connections ${ending}`);
    },
    FREEZES_TIMEOUT_MS,
  );
});
