import type { Command } from 'commander';
import { loadConfig, processEnvironment, Workspace } from '../config/index.ts';
import { asSragError, printableJson, redact, SragError } from '../core/index.ts';
import { withInstallCommand } from './install-command.ts';
import { jsonOption } from './options.ts';
import { withGivenOptionsInRemedy, withUserOptions } from './suggested-commands.ts';
import { print, style, write } from './terminal.ts';

/**
 * Exit codes: done, failed, wrong usage, partly failed. A command ended by a signal exits with 128 plus its
 * number.
 */
export const EXIT = { done: 0, failed: 1, usage: 2, partly: 3 } as const;

/** The result of a command: a document for `--json`, and the same as text for people. */
export interface CommandResult {
  readonly json: unknown;
  readonly text: string;
  readonly exitCode?: number;
}

/** Context of a command: the workspace, output and cancellation. */
export interface CommandContext {
  readonly workspace: Workspace;
  readonly isJson: boolean;
  readonly signal: AbortSignal;
  /** Prints a line on stderr. */
  readonly say: (line: string) => void;
  /** Adds the user's options to the commands that a text suggests. */
  readonly suggest: (text: string) => string;
}

/** Options of every command that opens a location, as commander returns them. */
export interface CommonOptions {
  readonly location?: string;
  readonly collection?: string;
  readonly config?: string;
  readonly index?: string;
  readonly mode?: string;
  readonly embedder?: string;
  readonly embedderSettings?: string;
  readonly generator?: string;
  readonly generatorSettings?: string;
  readonly reranker?: string;
  readonly rerankerSettings?: string;
  readonly json?: boolean;
}

/** Adds the options that name a location, a collection and a configuration. */
export const withCommonOptions = (command: Command): Command =>
  command
    .option('--location <place>', 'folder or s3://bucket/prefix (default .srag)')
    .option('--collection <name>', 'collection (default "default")')
    .option('--config <file>', 'configuration file (default srag.config.ts, .js or .json)')
    .option('--json', 'one JSON document on stdout');

/** Adds the options that choose an embedder. */
export const withEmbedderOptions = (command: Command): Command =>
  command
    .option(
      '--embedder <name>',
      'none, hashing (not semantic), bedrock-titan, openai-compatible, transformers',
    )
    .option('--embedder-settings <json>', "the embedder's settings");

/** Adds the options of commands that search. */
export const withSearchOptions = (command: Command): Command =>
  withEmbedderOptions(command)
    .option('--index <kind[@version]>', 'index to search (default: the published one)')
    .option('--mode <mode>', 'auto, lexical, vector or hybrid')
    .option('--reranker <name>', 'none, mmr, bedrock or transformers')
    .option('--reranker-settings <json>', "the reranker's settings");

/** Runs a command: opens the workspace, prints the result and maps errors to exit codes. */
export async function runCommand(
  options: CommonOptions,
  work: (context: CommandContext) => Promise<CommandResult>,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const isJson = options.json === true;
  const abort = new AbortController();
  let stoppedBy: number | undefined;
  const interrupt = (_: NodeJS.Signals, number: number): void => {
    // A second Ctrl-C ends the process without waiting for the commit in progress.
    if (abort.signal.aborted) process.exit(128 + number);
    stoppedBy = number;
    abort.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  let workspace: Workspace | undefined;
  try {
    const environment = processEnvironment();
    const cwd = process.cwd();
    const loaded = await loadConfig({
      cwd,
      environment,
      file: options.config,
      options: { ...configOptions(options), ...extra },
    });
    const say = (line: string): void => write(process.stderr, `${withUserOptions(line, options)}\n`);
    workspace = await Workspace.open(loaded, environment, cwd, { warn: say });
    const result = await work({
      workspace,
      isJson,
      signal: abort.signal,
      say,
      suggest: (text) => withUserOptions(text, options),
    });
    await print(isJson ? printableJson(result.json, 2) : result.text);
    process.exitCode = result.exitCode ?? EXIT.done;
  } catch (error) {
    await report(withGivenOptionsInRemedy(withInstallCommand(asSragError(error)), options), isJson);
    if (stoppedBy !== undefined) process.exitCode = 128 + stoppedBy;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await workspace?.close().catch(() => {});
  }
}

/** Prints an error as text on stderr and, with `--json`, as a document on stdout; sets the exit code. */
export async function report(error: SragError, isJson: boolean): Promise<void> {
  process.exitCode = error.class === 'usage' ? EXIT.usage : EXIT.failed;
  const further = [error.upstream, error.remedy].filter((line) => line !== undefined);
  // Further lines are indented, so that text quoted in a message cannot pass for a message of srag.
  const lines = [style.red(`${error.code}: ${error.message}`), ...further].join('\n').split('\n');
  write(process.stderr, `${lines.join('\n  ')}\n`);
  if (error.code === 'INTERNAL' && error.cause instanceof Error)
    write(process.stderr, `${redact(`${error.cause.stack}`)}\n`);
  if (isJson) await print(printableJson({ error }, 2));
}

/**
 * Reports an invalid command line. Commander has already written the error to stderr; with `--json`, it is
 * also printed as a document.
 */
export async function reportUsage(message: string, isJson: boolean): Promise<void> {
  process.exitCode = EXIT.usage;
  if (!isJson) return;
  const [first = '', hint] = message.replace(/^error: /, '').split('\n');
  const remedy = hint?.replace(/^\((.*)\)$/, '$1') ?? 'srag --help lists the commands and their options.';
  await print(printableJson({ error: new SragError('INVALID_ARGUMENT', first, { remedy }) }, 2));
}

function configOptions(options: CommonOptions): Record<string, unknown> {
  return {
    location: options.location,
    collection: options.collection,
    index: options.index,
    mode: options.mode,
    embedder: options.embedder,
    embedderSettings: jsonOption('embedder-settings', options.embedderSettings),
    generator: options.generator,
    generatorSettings: jsonOption('generator-settings', options.generatorSettings),
    reranker: options.reranker,
    rerankerSettings: jsonOption('reranker-settings', options.rerankerSettings),
  };
}
