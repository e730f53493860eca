import type { Command } from 'commander';
import type { Workspace } from '../../config/index.ts';
import type { SearchMode } from '../../core/index.ts';
import {
  checkRequest,
  type RetrievalRequest,
  type RetrievalResult,
  type Retriever,
} from '../../query/retrieval/index.ts';
import { runCommand, withCommonOptions, withSearchOptions } from '../context.ts';
import { collect, fusionOption, jsonOption, numberOption, parameterOptions } from '../options.ts';
import { formatDuration } from '../output.ts';
import { remoteSearch } from '../remote-answers.ts';
import { isRemote, type RemoteOptions, withRemoteOption } from '../remote-run.ts';
import { hitsText, type SearchOptions } from '../search-text.ts';
import { style } from '../terminal.ts';

/** Adds the retrieval options. */
export const withRetrievalOptions = (command: Command): Command =>
  command
    .option('--top-k <n>', 'number of hits, 1 to 1000', numberOption)
    .option(
      '--filter <json>',
      'condition on declared fields, for example \'{"field":"year","op":"gte","value":2024}\'',
    )
    .option('--min-score <score>', 'minimum score, on the scale of the mode', numberOption)
    .option('--per-document <n>', 'maximum hits per document', numberOption)
    .option('--neighbours <n>', 'chunks to add before and after each hit', numberOption)
    .option('--no-rescore', 'rank keyword matches by plain BM25, without re-scoring them')
    .option('--fusion <method>', 'weighted-sum (default) or rrf')
    .option('--vector-weight <share>', 'weight of vector search in a weighted sum, 0 to 1', numberOption)
    .option('--param <name=number>', 'query parameter of the index kind (repeatable)', collect)
    .option('--explain', 'show the time of each stage');

/** Builds a search request from options. @throws INVALID_ARGUMENT */
export function requestOf(
  question: string,
  options: SearchOptions,
  mode: SearchMode | 'auto',
  signal: AbortSignal,
): RetrievalRequest {
  const filter = jsonOption('filter', options.filter);
  const fusion = fusionOption(options.fusion, options.vectorWeight);
  const parameters = parameterOptions(options.param);
  const request = {
    question,
    mode,
    signal,
    topK: options.topK,
    filter,
    minScore: options.minScore,
    perDocument: options.perDocument,
    neighbours: options.neighbours,
    rescore: options.rescore === false ? false : undefined,
    fusion,
    parameters: Object.keys(parameters).length > 0 ? parameters : undefined,
  };
  // The request is validated before anything is opened, so that its errors come first.
  checkRequest(request);
  return request;
}

/** The retriever of a search command; warns if the index is older than its corpus. */
export async function retrieverFor(workspace: Workspace, say: (line: string) => void): Promise<Retriever> {
  const settings = await workspace.collection();
  const manifest = await workspace.catalogue(settings.name).find(workspace.config.index);
  const corpus = await workspace.corpus(settings);
  if ((await corpus.stats()).version !== manifest.corpusVersion) {
    say(
      style.yellow(
        `${manifest.kind}@${manifest.version} is older than the corpus, so later documents are not found. To update it: srag index build ${manifest.kind}`,
      ),
    );
  }
  return workspace.retriever(settings, manifest, { needsEmbedder: workspace.config.mode !== 'lexical' });
}

/** `srag search QUESTION` */
export function searchCommand(program: Command): void {
  withRemoteOption(withRetrievalOptions(withSearchOptions(withCommonOptions(program.command('search')))))
    .description('Find the chunks that match a question')
    .argument('<question...>', 'words of the question')
    .addHelpText(
      'after',
      `
Examples:
  $ srag search "how do I declare a request body"
  $ srag search 경로 매개변수 --top-k 3 --explain
  $ srag search "cold start" --filter '{"field":"year","op":"gte","value":2024}' --json
`,
    )
    .action((words: string[], options: SearchOptions & RemoteOptions) =>
      runCommand(options, async (context) => {
        if (isRemote(options)) return remoteSearch(words.join(' '), options, context);
        const { workspace, signal, say } = context;
        const request = requestOf(words.join(' '), options, workspace.config.mode, signal);
        const retriever = await retrieverFor(workspace, say);
        const { hits, trace, mode, searchDetails } = await retriever.retrieve(request);
        return {
          json: {
            question: request.question,
            mode,
            hits,
            trace,
            searchDetails: options.explain ? searchDetails : undefined,
          },
          text:
            hitsText(hits, request.question) +
            (options.explain ? `\n\n${traceText(trace, searchDetails, mode)}` : ''),
        };
      }),
    );
}

/** A trace as text. */
export function traceText(
  trace: RetrievalResult['trace'],
  details: RetrievalResult['searchDetails'],
  mode: string,
): string {
  const stages = Object.entries(trace.stages).map(
    ([name, value]) => `  ${name.replace(/Ms$/, '').padEnd(12)}${formatDuration(value)}`,
  );
  const parts = Object.entries(details).map(
    ([name, value]) =>
      `    ${name.replace(/Ms$/, '').padEnd(10)}${name.endsWith('Ms') ? formatDuration(Number(value)) : value}`,
  );
  const search = stages.findIndex((line) => line.includes('search'));
  stages.splice(search + 1, 0, ...parts);
  const storage = trace.storage;
  return [
    `${trace.index.kind}@${trace.index.version}, mode ${mode}, ${trace.coldStart ? 'cold' : 'warm'}, ${formatDuration(trace.totalMs)} in all`,
    ...(trace.searchedQuestion === undefined ? [] : [`  searched    ${trace.searchedQuestion}`]),
    ...stages,
    storage === undefined
      ? '  storage     not counted: this index kind reads through its own library'
      : `  storage     ${storage.reads} reads in ${storage.waves} waves, ${storage.bytes} bytes, ${storage.cacheHits} cache hits`,
  ].join('\n');
}
