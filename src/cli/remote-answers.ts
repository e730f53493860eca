import type { Hit } from '../core/index.ts';
import type { Turn } from '../models/generators/index.ts';
import type { Citation } from '../query/answering/index.ts';
import type { Asked, Asker } from './ask/port.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { formatBytes, formatDuration } from './output.ts';
import { type RemoteOptions, remoteApi, remoteBody } from './remote-run.ts';
import { hitsText, type SearchOptions } from './search-text.ts';
import { sourcesText } from './sources-text.ts';
import { StreamedLines } from './wrap.ts';

type Options = SearchOptions & RemoteOptions;
type RemoteHit = Pick<Hit, 'id' | 'documentId' | 'text' | 'score'>;

/** Trace and cost in the API's response; only the fields printed here. */
interface Served {
  readonly trace: {
    readonly stages: Readonly<Record<string, number>>;
    readonly totalMs: number;
    readonly coldStart: boolean;
    readonly cached: boolean;
    readonly searchedQuestion?: string;
    readonly index?: { readonly kind: string; readonly version: string };
    readonly storage?: Readonly<Record<string, number>>;
    /** Absent in replies of older deployments. */
    readonly memoryBytes?: number;
  };
  readonly cost: { readonly totalUsd: number; readonly priceTable: string };
  readonly requestId: string;
}

/** `srag search --remote` */
export async function remoteSearch(
  question: string,
  options: Options,
  { workspace, signal }: CommandContext,
): Promise<CommandResult> {
  const body = remoteBody(question, options);
  const api = await remoteApi(workspace, options);
  const answer = (await api.retrieve(body, { signal })) as unknown as Served & { hits: readonly RemoteHit[] };
  return {
    json: { question, ...answer },
    text: hitsText(answer.hits, question) + (options.explain ? `\n\n${servedText(answer)}` : ''),
  };
}

/**
 * `srag ask --remote`: prints the answer once its citations are checked, which the deployment does at the
 * end.
 */
export const remoteAsker =
  (options: Options, context: CommandContext): Asker =>
  (question, history) =>
    remoteAsk(question, history, options, context);

async function remoteAsk(
  question: string,
  history: readonly Turn[],
  options: Options,
  { workspace, signal }: CommandContext,
): Promise<Asked> {
  const body = { ...remoteBody(question, options), history: history.length === 0 ? undefined : history };
  const api = await remoteApi(workspace, options);
  let chunks: readonly RemoteHit[] = [];
  let done: (Served & { readonly answer: string; readonly citations: readonly Citation[] }) | undefined;
  for await (const { event, data } of api.stream(body, { signal })) {
    if (event === 'hits') chunks = data.hits as unknown as readonly RemoteHit[];
    else if (event === 'done') done = data as unknown as typeof done;
  }
  const sources = sourcesText(done?.citations ?? [], chunks);
  return {
    answer: done?.answer ?? '',
    json: { question, ...done, chunks },
    text: [
      answerText(done?.answer ?? ''),
      '',
      ...sources,
      ...(options.explain && done ? ['', servedText(done)] : []),
    ].join('\n'),
  };
}

/** A complete answer, wrapped as `srag ask` wraps a streamed one. */
function answerText(answer: string): string {
  const lines = new StreamedLines();
  return lines.push(answer) + lines.end();
}

/** Time and cost as the deployment reports them. */
function servedText({ trace, cost, requestId }: Served): string {
  const { index, stages, totalMs, storage, searchedQuestion } = trace;
  const kind = index === undefined ? 'no index' : `${index.kind}@${index.version}`;
  return [
    `${kind}, ${trace.coldStart ? 'cold' : 'warm'}${trace.cached ? ', from the cache' : ''}, ${formatDuration(totalMs)} in all, request ${requestId}`,
    ...(searchedQuestion === undefined ? [] : [`  searched    ${searchedQuestion}`]),
    ...Object.entries(stages).map(
      ([name, value]) => `  ${name.replace(/Ms$/, '').padEnd(12)}${formatDuration(value)}`,
    ),
    ...(storage === undefined
      ? []
      : [
          `  storage     ${storage.reads} reads in ${storage.waves} waves, ${storage.bytes} bytes, ${storage.cacheHits} cache hits`,
        ]),
    ...(trace.memoryBytes === undefined ? [] : [`  memory      ${formatBytes(trace.memoryBytes)}`]),
    `  cost        ${cost.totalUsd.toFixed(8)} USD (${cost.priceTable})`,
  ].join('\n');
}
