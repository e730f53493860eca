import type { Command } from 'commander';
import { SragError } from '../../core/index.ts';
import { answerQuestion } from '../../query/answering/index.ts';
import type { RetrievalResult } from '../../query/retrieval/index.ts';
import {
  type CommandContext,
  type CommandResult,
  runCommand,
  withCommonOptions,
  withSearchOptions,
} from '../context.ts';
import { remoteAsk } from '../remote-answers.ts';
import { isRemote, type RemoteOptions, withRemoteOption } from '../remote-run.ts';
import type { SearchOptions } from '../search-text.ts';
import { sourcesText } from '../sources-text.ts';
import { write } from '../terminal.ts';
import { StreamedLines } from '../wrap.ts';
import { requestOf, retrieverFor, traceText, withRetrievalOptions } from './search.ts';

interface AskOptions extends SearchOptions, RemoteOptions {
  readonly compress?: boolean;
}

/** Maximum number of characters of a chunk's text in the JSON document. */
const MAX_CHUNK_TEXT = 2_000;

/** `srag ask QUESTION` */
export function askCommand(program: Command): void {
  withRemoteOption(withRetrievalOptions(withSearchOptions(withCommonOptions(program.command('ask')))))
    .description('Answer a question with citations')
    .argument('[question...]', 'words of the question (default: standard input)')
    .option('--generator <name>', 'extractive (default), bedrock or openai-compatible')
    .option('--generator-settings <json>', "the generator's settings")
    .option('--compress', 'pass only sentences related to the question to the generator')
    .addHelpText(
      'after',
      `
Examples:
  $ srag ask "What is the maximum duration of a function?"
  $ echo "경로 매개변수는 어떻게 선언하나요?" | srag ask --json
`,
    )
    .action((words: string[], options: AskOptions) =>
      runCommand(options, (context) => ask(context, words, options), { 'answer.compress': options.compress }),
    );
}

async function ask(
  context: CommandContext,
  words: readonly string[],
  options: AskOptions,
): Promise<CommandResult> {
  const { workspace, signal, say, isJson } = context;
  const question = words.length > 0 ? words.join(' ') : await standardInput();
  if (isRemote(options)) return remoteAsk(question, options, context);
  const { answer: settings, mode } = workspace.config;
  const request = requestOf(question, { topK: settings.topK, ...options }, mode, signal);
  const retriever = await retrieverFor(workspace, say);
  const generator = await workspace.generator();
  const { hits, trace, searchDetails, mode: used } = await retriever.retrieve(request);
  const lines = new StreamedLines();
  const answered = await answerQuestion(
    generator,
    { question, hits },
    {
      ...settings,
      signal,
      onChecked: isJson ? undefined : (text) => write(process.stdout, lines.push(text)),
    },
  );
  if (!isJson) write(process.stdout, lines.end());
  const { answer, citations, droppedCitations, notFound, usage } = answered;
  const whole = withGeneration(trace, answered);
  return {
    json: {
      question,
      answer,
      citations,
      droppedCitations,
      notFound,
      chunks: hits.map(({ text, ...hit }) => ({ ...hit, text: text.slice(0, MAX_CHUNK_TEXT) })),
      usage,
      generator: generator.id,
      mode: used,
      trace: whole,
    },
    // The answer itself has been streamed.
    text: [
      '',
      '',
      ...sourcesText(citations, hits),
      ...(options.explain ? ['', traceText(whole, searchDetails, used)] : []),
    ].join('\n'),
  };
}

/** A trace of the retrieval and the generation. */
function withGeneration(
  trace: RetrievalResult['trace'],
  { generateMs, firstTokenMs }: { readonly generateMs: number; readonly firstTokenMs?: number | undefined },
): RetrievalResult['trace'] {
  const stages = { ...trace.stages, generateMs };
  return {
    ...trace,
    stages: firstTokenMs === undefined ? stages : { ...stages, firstTokenMs },
    totalMs: trace.totalMs + generateMs,
  };
}

async function standardInput(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new SragError('INVALID_ARGUMENT', 'No question was given.', {
      remedy: 'Run srag ask "your question", or pipe a question to it.',
      fields: { field: 'question' },
    });
  }
  let text = '';
  for await (const piece of process.stdin.setEncoding('utf8')) text += piece;
  return text;
}
