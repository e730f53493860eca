import { resolve } from 'node:path';
import type { Command } from 'commander';
import { embeddingCost } from '../../api/cost/index.ts';
import { ingestInto } from '../../config/index.ts';
import { SragError } from '../../core/index.ts';
import type { IngestProgress } from '../../corpus/ingest/index.ts';
import { embedderLabel } from '../../models/embedders/index.ts';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  EXIT,
  runCommand,
  withCommonOptions,
  withEmbedderOptions,
} from '../context.ts';
import { mismatchText, skippedText } from '../ingest-text.ts';
import { booleanOption, collect, fieldOptions, numberOption } from '../options.ts';
import { formatBytes, formatDuration } from '../output.ts';
import { Progress } from '../progress.ts';
import { style, warnOf, write } from '../terminal.ts';
import { updateIndex } from '../update-index.ts';

/** `srag ingest PATH...` */
export function ingestCommand(program: Command): void {
  withEmbedderOptions(withCommonOptions(program.command('ingest')))
    .description('Bring a collection up to date with files and folders')
    .argument('<path...>', 'files and folders: Markdown, HTML, text, PDF, DOCX, JSONL, JSONL.gz')
    .option(
      '--vectors <dir>',
      'precomputed vectors of the single JSONL file (corpus.f16.npy or corpus.f32.npy)',
    )
    .option(
      '--metric <name>',
      'similarity of vectors: cosine (default) or dot; fixed when the collection is created',
    )
    .option('--prune [boolean]', 'remove documents whose files are gone (default true)', booleanOption)
    .option('--no-prune', 'keep documents whose files are gone')
    .option('--dry-run', 'show changes, tokens and cost without writing')
    .option('--include <glob>', 'in folders, ingest only matching files (repeatable)', collect)
    .option('--exclude <glob>', 'skip matching files (repeatable)', collect)
    .option('--no-index', 'update only the corpus; build and publish no index')
    .option('--follow-links', 'follow symbolic links that lead out of the folder')
    .option(
      '--field <name:type>',
      'filterable metadata field: string, number, boolean, string[] (repeatable)',
      collect,
    )
    .option('--max-tokens <n>', 'maximum estimated tokens per chunk', numberOption)
    .option('--overlap-tokens <n>', 'tokens repeated from the previous chunk', numberOption)
    .addHelpText(
      'after',
      `
Examples:
  $ srag ingest docs/                                   folders are walked; .sragignore is respected
  $ srag ingest corpus.jsonl.gz --field year:number     a dataset, one record per line
  $ srag ingest docs/ --embedder hashing --dry-run      what would it cost?
`,
    )
    .action((paths: string[], options: IngestOptions) =>
      runCommand(withoutIndex(options), (context) => ingest(context, paths, options), {
        'chunker.maxTokens': options.maxTokens,
        'chunker.overlapTokens': options.overlapTokens,
        metric: options.metric,
        fields: fieldOptions(options.field),
        include: options.include,
        exclude: options.exclude,
        followLinks: options.followLinks,
      }),
    );
}

/** Removes `--no-index` from the options, because in other commands `--index` selects the index to search. */
function withoutIndex({ index: _, ...options }: IngestOptions): CommonOptions {
  return options;
}

interface IngestOptions extends Omit<CommonOptions, 'index'> {
  readonly index?: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly followLinks?: boolean;
  readonly field?: readonly string[];
  readonly maxTokens?: number;
  readonly overlapTokens?: number;
  readonly metric?: string;
  readonly vectors?: string;
  readonly prune?: boolean;
  readonly dryRun?: boolean;
}

type Ingested = Awaited<ReturnType<typeof ingestInto>>;

async function ingest(
  context: CommandContext,
  paths: readonly string[],
  options: IngestOptions,
): Promise<CommandResult> {
  const { workspace, signal } = context;
  const startedMs = performance.now();
  const progress = new Progress();
  const dryRun = options.dryRun === true;
  const ingested = await ingestInto(workspace, paths, {
    vectors: options.vectors === undefined ? undefined : resolve(options.vectors),
    prune: options.prune !== false,
    dryRun,
    signal,
    onProgress: (state) => showProgress(progress, state, startedMs),
  })
    .catch((error: unknown) => {
      throw interrupted(error);
    })
    .finally(() => progress.end());

  const { settings, report, skipped } = ingested;
  const durationMs = Math.round(performance.now() - startedMs);
  const indexed = dryRun || options.index === false ? undefined : await updateIndex(context, progress);
  const cost = dryRun ? await embeddingCost(settings.embedder, report.tokens) : undefined;
  const { documents, chunks, tokens, failures } = report;
  const warnings = report.fieldMismatches.map(mismatchText);
  warnAbout(ingested, warnings);
  const estimate = dryRun ? `\n${estimateText(tokens, cost)}` : '';
  return {
    json: {
      collection: settings.name,
      documents,
      chunks,
      durationMs,
      failures: failures.map(failureJson),
      skipped,
      warnings: warnings.length === 0 ? undefined : warnings,
      dryRun: options.dryRun,
      estimate: dryRun ? { tokens, costUsd: cost?.usd, priceSource: cost?.source } : undefined,
      index: indexed?.json,
      vectorsReused: report.vectorsReused > 0 ? report.vectorsReused : undefined,
      embeddedTokens: report.embeddedTokens,
    },
    text: `${dryRun ? 'Dry run: ' : ''}${summaryText(ingested, durationMs)}${estimate}${indexed === undefined ? '' : `\n${indexed.text}`}`,
    exitCode: documents.failed > 0 || indexed?.failed === true ? EXIT.partly : EXIT.done,
  };
}

const failureJson = ({ path, code, message, upstream, remedy }: Ingested['report']['failures'][number]) => ({
  path,
  code,
  message,
  upstream,
  remedy,
});

function warnAbout({ report, skipped }: Ingested, warnings: readonly string[]): void {
  for (const failure of report.failures) warnOf(failure.path, failure);
  for (const warning of warnings) write(process.stderr, `${style.yellow('warning')} ${warning}\n`);
  const passedOver = skippedText(skipped);
  if (passedOver !== '') write(process.stderr, `${style.dim(passedOver)}\n`);
}

function summaryText({ settings, report }: Ingested, durationMs: number): string {
  const { name, dimensions, embedder } = settings;
  const summary = Object.entries(report.documents)
    .filter(([outcome, count]) => count > 0 || outcome === 'added')
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');
  const chunks = report.chunks === 0 ? 'no new chunks' : `${report.chunks} chunks`;
  return `${name}${dimensions === 0 ? '' : `, ${embedderLabel(embedder)}`}: ${summary}; ${chunks} in ${formatDuration(durationMs)}`;
}

const estimateText = (tokens: number, cost: Awaited<ReturnType<typeof embeddingCost>>): string =>
  `About ${tokens} tokens${cost === undefined ? '; no embedding cost is known' : `, $${cost.usd.toFixed(4)} to embed (${cost.source})`}. Nothing was written.`;

/**
 * Shows how many chunks are embedded, since embedding takes longest; without an embedder, how many bytes are
 * read.
 */
function showProgress(
  progress: Progress,
  { bytesDone, bytesTotal, documents, chunks, embedding }: IngestProgress,
  startedMs: number,
): void {
  if (embedding !== undefined && embedding.chunksDone > 0) {
    const { chunksDone, chunksTotal, remainingMs } = embedding;
    const detail = `${chunksDone} of ${chunksTotal} chunks`;
    progress.update('Embedding', chunksDone, chunksTotal, detail, remainingMs);
    return;
  }
  const rate = (1000 * documents) / (performance.now() - startedMs);
  const detail = `${documents} documents, ${chunks} chunks, ${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}, ${Math.round(rate)} documents/s`;
  progress.update('Ingesting', bytesDone, bytesTotal, detail);
}

/** After Ctrl-C, replaces the error by one that states what was kept and how to resume. */
function interrupted(error: unknown): unknown {
  if (!(error instanceof SragError) || error.code !== 'CANCELLED') return error;
  return new SragError(
    'CANCELLED',
    'The ingest was interrupted; every document that was embedded or written is kept.',
    {
      remedy: 'Run the same command again: it resumes where this one stopped.',
      cause: error,
    },
  );
}
