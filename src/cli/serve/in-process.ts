import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { estimateCost, loadPrices } from '../../api/cost/index.ts';
import { createApp } from '../../api/http/index.ts';
import { DEFAULT_SWITCHES } from '../../api/switches/index.ts';
import { redact } from '../../core/index.ts';
import { GRACE_MS } from '../../io/http-server/index.ts';
import type { CommandContext } from '../context.ts';
import { accessNotes, accessRules } from './access-rules.ts';
import { apiServer } from './api-server.ts';
import { frontOf } from './front.ts';
import { cannotListen, type ServeOptions, type Serving, urlOf } from './serving.ts';

/**
 * Runs everything in this process: no functions, no gateway. The model call is cancelled when the client
 * disconnects.
 */
export async function serveInProcess(
  { workspace, say }: CommandContext,
  options: ServeOptions,
): Promise<Serving> {
  const access = await accessRules(options);
  const prices = await loadPrices('us-east-1');
  const service = workspace.service({
    host: { functionName: 'srag', memoryMb: 0, architecture: 'x86_64', gateway: 'none' },
    switches: async () => DEFAULT_SWITCHES,
    // On this machine a request costs nothing except its calls to remote models.
    costOf: ({ embedding, generation, rerank }) => estimateCost({ embedding, generation, rerank }, prices),
    record: () => {},
    warn: (message, details) => say(`${message} ${JSON.stringify(details)}`),
  });
  service.openAhead();
  const app = createApp(service, {
    contextOf: ({ req }) => ({ requestId: randomUUID(), signal: req.raw.signal }),
    onUnexpected: (error) => say(redact(error instanceof Error ? `${error.stack}` : String(error))),
  });
  const api = apiServer(app, access, frontOf(access.origins ?? []));
  const { server } = api;
  server.listen(options.port, options.host);
  const failed = once(server, 'error').then(([error]) => {
    throw cannotListen(error as NodeJS.ErrnoException, options);
  });
  await Promise.race([once(server, 'listening'), failed]);
  failed.catch(() => {});
  return {
    notes: accessNotes(access),
    url: urlOf(options.host, (server.address() as AddressInfo).port),
    close: () => api.close(GRACE_MS),
  };
}
