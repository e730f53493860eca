import type { Command } from 'commander';
import { buildIndex, type Workspace } from '../../config/index.ts';
import {
  checkValidation,
  DEFAULT_VALIDATION,
  INDEX_KINDS,
  type IndexManifest,
  indexBackend,
} from '../../indexes/index.ts';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  runCommand,
  withCommonOptions,
} from '../context.ts';
import { collect, numberOption, parameterOptions, queryVectorsOption } from '../options.ts';
import { formatBytes, formatDuration } from '../output.ts';
import { Progress } from '../progress.ts';

interface BuildOptions extends CommonOptions {
  readonly param?: readonly string[];
  readonly queryParam?: readonly string[];
  readonly publish?: boolean;
  readonly validate?: boolean;
  readonly minRecall?: number;
  readonly validationQueries?: number;
  readonly queryVectors?: string;
}

/** `srag index build KIND` */
export function indexBuildCommand(index: Command): void {
  withCommonOptions(index.command('build'))
    .description('Build an index version, validate its recall, and publish it')
    .argument('<kind>', INDEX_KINDS.join(', '))
    .option('--param <name=number>', 'build parameter (repeatable)', collect)
    .option('--query-param <name=number>', 'query parameter stored with the version (repeatable)', collect)
    .option('--no-publish', 'build only')
    .option('--no-validate', 'do not compare with exact search')
    .option(
      '--min-recall <share>',
      `minimum mean recall@10 to publish (default ${DEFAULT_VALIDATION.minRecall})`,
      numberOption,
    )
    .option(
      '--validation-queries <n>',
      `number of sampled queries (default ${DEFAULT_VALIDATION.queries})`,
      numberOption,
    )
    .option(
      '--query-vectors <dir>',
      'validate with real queries: a folder with queries.*.npy and queries-ids.txt',
    )
    .addHelpText(
      'after',
      `
Parameters by kind, with their defaults by corpus size: srag index kinds

Examples:
  $ srag index build lancedb-flat
  $ srag index build snapshot --query-vectors vectors/
  $ srag index build lancedb-ivf-hnsw-sq --param m=32 --query-param ef=200
`,
    )
    .action((kind: string, options: BuildOptions) =>
      runCommand(options, (context) => build(context, kind, options)),
    );
}

async function build(context: CommandContext, kind: string, options: BuildOptions): Promise<CommandResult> {
  const { workspace, signal } = context;
  const progress = new Progress();
  const { manifest, published } = await buildAndPublish(workspace, kind, options, signal, progress).finally(
    () => progress.end(),
  );
  return {
    json: { ...manifest, published },
    text: `${builtText(manifest)}${published ? '; published' : '; not published'}`,
  };
}

/** One line about a built version. */
export function builtText({ kind, version, chunks, validation, build: facts }: IndexManifest): string {
  const recall =
    validation === undefined
      ? ''
      : `, recall@${validation.topK} ${validation.recall.toFixed(3)} over ${validation.queries} queries`;
  return `${kind}@${version}: ${chunks} chunks, ${formatBytes(facts.sizeBytes ?? 0)}, built in ${formatDuration(facts.durationMs)}${recall}`;
}

/** Builds a version of the configured collection, validates it if it has vectors, and publishes it. */
export async function buildAndPublish(
  workspace: Workspace,
  kind: string,
  options: BuildOptions,
  signal: AbortSignal,
  progress: Progress,
): Promise<{ manifest: IndexManifest; published: boolean }> {
  await indexBackend(kind);
  const queryVectors = await queryVectorsOption(options.queryVectors);
  const validation = {
    ...DEFAULT_VALIDATION,
    ...(options.minRecall === undefined ? {} : { minRecall: options.minRecall }),
    ...(options.validationQueries === undefined ? {} : { queries: options.validationQueries }),
    ...(queryVectors && { queryVectors }),
    signal,
  };
  checkValidation(validation);
  return buildIndex(workspace, {
    kind,
    buildParameters: parameterOptions(options.param),
    queryParameters: parameterOptions(options.queryParam),
    validation: options.validate === false ? undefined : validation,
    publish: options.publish !== false,
    signal,
    onProgress: ({ stage, done, total }) => progress.update(`Building: ${stage}`, done, total),
  });
}
