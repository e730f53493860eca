import type { Command } from 'commander';
import { parseIndexSelector, SragError, unknownName } from '../../core/index.ts';
import { INDEX_KINDS } from '../../indexes/index.ts';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  runCommand,
  withCommonOptions,
  withEmbedderOptions,
} from '../context.ts';
import { numberOption } from '../options.ts';
import { writeNamedFile } from '../write-file.ts';

interface CompareCommandOptions extends CommonOptions {
  readonly kinds: string;
  readonly vectors?: string;
  readonly split: string;
  readonly limit?: number;
  readonly topK: number;
  readonly rounds: number;
  readonly failures?: string;
  readonly collections?: string;
  readonly report?: string;
}

/** `srag compare QUESTIONS --kinds A,B,...` */
export function compareCommand(program: Command): void {
  withEmbedderOptions(withCommonOptions(program.command('compare')))
    .description(
      'Run the same questions against several index kinds, and report which differences are significant',
    )
    .argument('<questions>', 'JSONL file of questions, or a dataset folder (BEIR layout)')
    .requiredOption('--kinds <kinds>', `comma-separated KIND[@VERSION]: ${INDEX_KINDS.join(', ')}`)
    .option(
      '--collections <names>',
      'comma-separated collections of the same documents, each with its embedder',
    )
    .option('--mode <mode>', 'auto, lexical, vector or hybrid')
    .option('--vectors <dir>', 'precomputed embeddings of the dataset (corpus and queries)')
    .option('--split <name>', 'judgements of a dataset', 'test')
    .option('--limit <n>', 'only the first n questions', numberOption)
    .option('--top-k <n>', 'number of hits of each timed question', numberOption, 10)
    .option('--rounds <n>', 'timed rounds over the questions', numberOption, 3)
    .option(
      '--failures <file>',
      'write the questions for which no relevant document was found, as JSON lines',
    )
    .option('--report <file>', 'write the comparison as one HTML file with charts')
    .addHelpText(
      'after',
      `
Missing indexes are built once for each kind; nothing is published. No questions yet? srag questions make
Embedders are compared by collections: ingest the same files once for each embedder, then name them in --collections.

Examples:
  $ srag compare questions.jsonl --kinds lancedb-flat,snapshot
  $ srag compare datasets/scifact --location .srag-scifact --kinds lancedb-flat,lancedb-ivf-flat,snapshot
  $ srag compare questions.jsonl --kinds lancedb-flat,snapshot --failures missed.jsonl --json
  $ srag compare questions.jsonl --kinds snapshot --collections minilm,titan --mode vector --report embedders.html
`,
    )
    .action((source: string, options: CompareCommandOptions) =>
      runCommand(options, (context) => compare(context, source, options)),
    );
}

async function compare(
  context: CommandContext,
  source: string,
  options: CompareCommandOptions,
): Promise<CommandResult> {
  const kinds = listOf(options.kinds);
  for (const name of kinds) {
    const { kind } = parseIndexSelector(name);
    if (!INDEX_KINDS.some((known) => known === kind))
      throw unknownName('UNKNOWN_INDEX_KIND', 'index kind', kind, INDEX_KINDS);
  }
  atLeastOne('rounds', options.rounds);
  atLeastOne('topK', options.topK);
  const collections = listOf(options.collections ?? context.workspace.config.collection);
  if (collections.length > 1) checkCollections(options);
  const { compareKinds, missedLines } = await import('../compare/compare.ts');
  const { writeReport } = await import('../compare/write-report.ts');
  const { comparisonResultText } = await import('../compare/text.ts');
  const { location, config } = options;
  const result = await compareKinds(context, source, {
    ...options,
    kinds,
    collections,
    placeOptions: wordsOf({ location, config }),
    command: commandLine(source, options),
  });
  if (options.failures !== undefined)
    await writeNamedFile('failures', options.failures, missedLines(result.summary));
  const report = options.report === undefined ? undefined : await writeReport(options.report, result);
  const written = [
    ...(options.failures === undefined
      ? []
      : [`Wrote ${result.summary.missed.length} failures to ${options.failures}`]),
    ...(report === undefined ? [] : [`Wrote ${report}`]),
  ];
  return {
    json: report === undefined ? result : { ...result, report },
    text: [comparisonResultText(result), ...(written.length === 0 ? [] : ['', ...written])].join('\n'),
  };
}

const listOf = (text: string): string[] => [...new Set(text.split(',').map((name) => name.trim()))];

/** @throws INVALID_ARGUMENT if several collections are named with an option that applies to only one */
function checkCollections({ vectors, embedder, kinds, collection }: CompareCommandOptions): void {
  const versions = kinds.includes('@') ? kinds : undefined;
  const [odd] = Object.entries({ vectors, embedder, collection, kinds: versions }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`],
  );
  if (odd === undefined) return;
  throw new SragError(
    'INVALID_ARGUMENT',
    `${odd} applies to a single collection, but --collections names several.`,
    {
      remedy: 'Omit it: each collection is searched with the embedder that it was ingested with.',
      fields: { field: 'collections' },
    },
  );
}

const wordsOf = (options: Readonly<Record<string, string | number | undefined>>): string[] =>
  Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );

/** The shell command line of a comparison. Embedder settings are left out because they may contain keys. */
function commandLine(source: string, options: CompareCommandOptions): string {
  const { location, config, collection, collections, kinds, mode, vectors, limit, rounds, report } = options;
  const { split, topK, embedder } = options;
  const words = wordsOf({
    ...{ kinds, location, config, collection, collections, embedder, mode, vectors, limit, report },
    split: split === 'test' ? undefined : split,
    'top-k': topK === 10 ? undefined : topK,
    rounds: rounds === 3 ? undefined : rounds,
  });
  return ['srag', 'compare', source, ...words]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

function atLeastOne(field: 'rounds' | 'topK', value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new SragError('INVALID_ARGUMENT', `${field} is ${value}; it must be an integer >= 1.`, {
    fields: { field, value },
  });
}
