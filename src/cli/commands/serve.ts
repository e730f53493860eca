import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Command, InvalidArgumentError } from 'commander';
import { SragError } from '../../core/index.ts';
import { createApp } from '../../http/index.ts';
import { openQueryCache } from '../../query-cache/index.ts';
import { DEFAULT_SWITCHES } from '../../switches/index.ts';
import { type CommonOptions, runCommand, withCommonOptions, withSearchOptions } from '../context.ts';

interface ServeOptions extends CommonOptions {
  readonly port: number;
  readonly host: string;
}

const DEFAULT_PORT = 3000;

/** `srag serve` */
export function serveCommand(program: Command): void {
  withSearchOptions(withCommonOptions(program.command('serve')))
    .description('Serve the HTTP API on this machine')
    .option('--port <number>', 'port; 0 takes a free one', wholePort, DEFAULT_PORT)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--generator <name>', 'extractive (default), bedrock or openai-compatible')
    .option('--generator-settings <json>', "the generator's settings")
    .addHelpText(
      'after',
      `
Examples:
  $ srag serve
  $ curl -s localhost:3000/query -H 'content-type: application/json' -d '{"question": "What is this about?"}'
  $ curl -N localhost:3000/query/stream -H 'content-type: application/json' -d '{"question": "What is this about?"}'
`,
    )
    .action((options: ServeOptions) =>
      runCommand(options, async ({ workspace, signal, say }) => {
        const service = workspace.service({
          host: { functionName: 'srag', memoryMb: 0 },
          switches: async () => DEFAULT_SWITCHES,
          cache: await openQueryCache('none'),
          costOf: () => ({ totalUsd: 0, lines: [], priceTable: 'this machine' }),
          record: () => {},
        });
        service.openAhead();
        const app = createApp(service, {
          contextOf: ({ req }) => ({ requestId: randomUUID(), signal: req.raw.signal }),
          onUnexpected: (error) => say(error instanceof Error ? `${error.stack}` : String(error)),
        });
        const server = serve({ fetch: app.fetch, port: options.port, hostname: options.host });
        const failed = once(server, 'error').then(([error]) => {
          throw cannotListen(error as NodeJS.ErrnoException, options);
        });
        await Promise.race([once(server, 'listening'), failed]);
        const { port } = server.address() as AddressInfo;
        const url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
        say(`Listening on ${url} (Ctrl-C ends)`);
        await Promise.race([
          signal.aborted ? undefined : new Promise((resolve) => signal.addEventListener('abort', resolve)),
          failed,
        ]);
        await new Promise((resolve) => server.close(resolve));
        return { json: { url, ended: true }, text: '' };
      }),
    );
}

function wholePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}

const cannotListen = (error: NodeJS.ErrnoException, { host, port }: ServeOptions): SragError =>
  new SragError('INVALID_ARGUMENT', `Cannot listen on ${host}:${port}: ${error.code ?? error.message}.`, {
    remedy:
      error.code === 'EADDRINUSE'
        ? 'Another program listens there: choose another --port.'
        : 'Choose another --host or --port.',
    fields: { field: 'port', value: port },
    cause: error,
  });
