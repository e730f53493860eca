import { type Command, InvalidArgumentError, Option } from 'commander';
import { SragError } from '../../core/index.ts';
import {
  type CommandContext,
  type CommandResult,
  runCommand,
  withCommonOptions,
  withSearchOptions,
} from '../context.ts';
import { collect } from '../options.ts';
import type { ServeOptions } from '../serve/serving.ts';
import { style } from '../terminal.ts';

/** `srag serve` */
export function serveCommand(program: Command): void {
  const command = withSearchOptions(withCommonOptions(program.command('serve')))
    .description('Serve the HTTP API on this machine, with the functions of a deployment')
    .option('--port <number>', 'port; 0 selects a free one', whole(0, 65_535), 3000)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--generator <name>', 'extractive (default), bedrock or openai-compatible')
    .option('--generator-settings <json>', "the generator's settings")
    .option('--allow-collection <name>', 'another collection that requests may name (repeatable)', collect);
  withLaptopOptions(command)
    .option('--api-key-file <file>', 'file of accepted x-api-key values, one per line; or SRAG_API_KEY')
    .option('--allow-host <name>', 'another name that requests may use for this server (repeatable)', collect)
    .option('--cors-origin <origin>', 'origin of web pages that may send requests (repeatable)', collect)
    .option('--insecure', 'allow a --host outside the loopback interface without a key')
    .option('--no-query-cache', 'do not cache answers')
    .option('--no-access-log', 'do not print a line for each request')
    .option('--logs', 'print what functions log')
    .option('--explain', 'print what is and is not modelled, and exit')
    .addHelpText(
      'after',
      `
Examples:
  $ srag serve
  $ curl -s localhost:3000/query -H 'content-type: application/json' -d '{"question": "What is this about?"}'
  $ curl -N localhost:3000/query/stream -H 'content-type: application/json' -d '{"question": "What is this about?"}'
  $ srag serve --memory 512 --concurrency 2 --storage-model '{"latencyMs": 60}' --logs
`,
    )
    .action((options: ServeOptions) =>
      runCommand(options, (context) => serve(context, options), { collections: options.allowCollection }),
    );
}

async function serve(context: CommandContext, options: ServeOptions): Promise<CommandResult> {
  if (options.explain) return explained();
  const serving = await (options.inProcess
    ? (await import('../serve/in-process.ts')).serveInProcess(context, options)
    : (await import('../serve/laptop.ts')).serveOnLaptop(context, options));
  const { signal, say } = context;
  say(`Listening on ${serving.url} (process ${process.pid}; Ctrl-C to stop)`);
  for (const note of serving.notes) say(style.dim(note));
  const missing = await nothingToServe(context);
  if (missing !== undefined) say(style.yellow(missing));
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  say(
    style.dim('Shutting down after requests in flight are answered. Press Ctrl-C again to stop immediately.'),
  );
  await serving.close();
  return { json: { url: serving.url, ended: true }, text: '' };
}

/** Adds the options of the laptop cloud. */
const withLaptopOptions = (command: Command): Command =>
  command
    .option('--in-process', 'in this process: no functions, no gateway, no storage model')
    .addOption(
      new Option(
        '--engine <name>',
        'snapshot: functions open only snapshot indexes; lancedb: functions open every kind of index',
      ).choices(['snapshot', 'lancedb']),
    )
    .option('--memory <mb>', 'memory of every function in MB (default: as deployed)', whole(128, 10_240))
    .option('--concurrency <number>', 'maximum environments per function', whole(1, 1_000), 10)
    .option('--rate <number>', 'requests per second that the gateway admits', whole(1, 1e6), 1_000)
    .option('--burst <number>', 'burst size of the gateway', whole(1, 1e6), 2_000)
    .option('--storage-model <model>', 's3 (25 ms, 75 MB/s), none, or JSON that overrides s3', 's3')
    .option(
      '--freeze <connections>',
      'freeze environments between requests; idle connections are kept, reset or left silent; or JSON',
    )
    .option('--idle <seconds>', 'idle time after which environments end', whole(1, 86_400), 300);

/** Codes of the errors for a missing collection or index. */
const MISSING: ReadonlySet<string> = new Set([
  'UNKNOWN_COLLECTION',
  'NO_INDEX',
  'UNKNOWN_INDEX_KIND',
  'UNKNOWN_INDEX_VERSION',
]);

/** The reason why every question will fail; undefined if an index can be searched, or if that is unknown. */
async function nothingToServe({ workspace }: CommandContext): Promise<string | undefined> {
  const { collection, index } = workspace.config;
  try {
    await workspace.collection();
    await workspace.catalogue(collection).find(index);
    return undefined;
  } catch (error) {
    if (!(error instanceof SragError) || !MISSING.has(error.code)) return undefined;
    return `No question can be answered yet. ${error.message} ${error.remedy ?? ''}`.trim();
  }
}

async function explained(): Promise<{ readonly json: object; readonly text: string }> {
  const { explainServices, NOT_MODELLED } = await import('../../laptop/index.ts');
  const { modelled, notModelled } = NOT_MODELLED;
  const services = explainServices();
  const list = (lines: readonly string[]): string => lines.map((line) => `  - ${line}`).join('\n');
  const parts = [
    `Modelled:\n${list(modelled)}`,
    `Not modelled:\n${list(notModelled)}`,
    ...services.map((service) => `Not modelled of ${service.name}:\n${list(service.notModelled)}`),
  ];
  return { json: { ...NOT_MODELLED, services }, text: parts.join('\n\n') };
}

const whole =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
  };
