import type { ServerResponse } from 'node:http';
import { corrupted, eventFrame, exceptionFrame } from './event-stream.ts';
import { type Fault, fakeVector, type ScriptedAnswer } from './faults.ts';
import { type LocalServer, type RecordedRequest, startHttpServer } from './http-server.ts';

/** A local server that speaks Bedrock's wire protocol: InvokeModel of Titan, Converse, ConverseStream, Rerank. */
export interface BedrockServer extends LocalServer {
  /** Each request consumes one fault; without faults, requests succeed. */
  readonly faults: Fault[];
  answer: ScriptedAnswer;
}

/** Settings that connect an adapter to the server. */
export const bedrockSettings = (server: LocalServer) => ({
  region: 'us-east-1',
  endpoint: server.url,
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
});

export async function startBedrockServer(options: { readonly http2?: boolean } = {}): Promise<BedrockServer> {
  const faults: Fault[] = [];
  const state: { answer: ScriptedAnswer } = {
    answer: {
      tokens: ['The port ', 'is 8080', ' [1].'],
      stopReason: 'end_turn',
      usage: { inputTokens: 120, outputTokens: 7 },
    },
  };
  const server = await startHttpServer((request, response) => {
    const fault = faults.shift();
    if (fault !== undefined && failAtOnce(fault, response)) return;
    if (request.path.endsWith('/invoke')) return invoke(request, response);
    if (request.path === '/rerank') return rerank(request, response);
    if (request.path.endsWith('/converse')) return converse(state.answer, fault, response);
    return converseStream(state.answer, fault, response);
  }, options);
  return Object.defineProperty({ ...server, faults } as BedrockServer, 'answer', {
    get: () => state.answer,
    set: (answer: ScriptedAnswer) => {
      state.answer = answer;
    },
  });
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function failAtOnce(fault: Fault, response: ServerResponse): boolean {
  if (fault.kind === 'status') {
    const type = fault.type ?? 'InternalServerException';
    json(
      response,
      fault.status,
      { message: fault.message ?? type },
      { 'x-amzn-errortype': type, ...fault.headers },
    );
  } else if (fault.kind === 'hang-up') response.destroy();
  else if (fault.kind === 'body') {
    response.writeHead(200, { 'content-type': fault.contentType ?? 'application/json' }).end(fault.body);
  } else return fault.kind === 'silence';
  return true;
}

function invoke(request: RecordedRequest, response: ServerResponse): void {
  const { inputText, dimensions } = JSON.parse(request.body) as { inputText: string; dimensions: number };
  const embedding = fakeVector(inputText, dimensions);
  json(response, 200, { embedding, inputTextTokenCount: inputText.split(/\s+/).length });
}

interface RerankBody {
  readonly queries: readonly { readonly textQuery: { readonly text: string } }[];
  readonly sources: readonly {
    readonly inlineDocumentSource: { readonly textDocument: { readonly text: string } };
  }[];
  readonly rerankingConfiguration: {
    readonly bedrockRerankingConfiguration: { readonly numberOfResults: number };
  };
}

/** Scores each document by the share of the question's words that it contains. */
function rerank(request: RecordedRequest, response: ServerResponse): void {
  const body = JSON.parse(request.body) as RerankBody;
  const words = body.queries[0]!.textQuery.text.toLowerCase().split(/\W+/);
  const results = body.sources
    .map((source, index) => {
      const text = source.inlineDocumentSource.textDocument.text.toLowerCase();
      return { index, relevanceScore: words.filter((word) => text.includes(word)).length / words.length };
    })
    .sort((left, right) => right.relevanceScore - left.relevanceScore || left.index - right.index)
    .slice(0, body.rerankingConfiguration.bedrockRerankingConfiguration.numberOfResults);
  json(response, 200, { results });
}

function converse(answer: ScriptedAnswer, fault: Fault | undefined, response: ServerResponse): void {
  if (fault?.kind === 'stall') return;
  const content = [{ text: answer.tokens.join('') }];
  const usage = answer.usage && {
    ...answer.usage,
    totalTokens: answer.usage.inputTokens + answer.usage.outputTokens,
  };
  json(response, 200, {
    output: { message: { role: 'assistant', content } },
    stopReason: answer.stopReason,
    usage,
    metrics: { latencyMs: 1 },
  });
}

async function converseStream(
  answer: ScriptedAnswer,
  fault: Fault | undefined,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  const frames = [
    eventFrame('messageStart', { role: 'assistant' }),
    ...answer.tokens.map((text) =>
      eventFrame('contentBlockDelta', { delta: { text }, contentBlockIndex: 0 }),
    ),
    eventFrame('contentBlockStop', { contentBlockIndex: 0 }),
    eventFrame('messageStop', { stopReason: answer.stopReason }),
  ];
  if (answer.usage !== undefined) {
    const usage = { ...answer.usage, totalTokens: answer.usage.inputTokens + answer.usage.outputTokens };
    frames.push(eventFrame('metadata', { usage, metrics: { latencyMs: 1 } }));
  }
  const end = fault !== undefined && 'after' in fault ? fault.after + 1 : frames.length;
  for (const [number, frame] of frames.slice(0, end).entries()) {
    // The first frame starts the message.
    if (number > 0 && number <= answer.tokens.length) await answer.pace?.(number - 1);
    response.write(frame);
    // One frame per turn of the event loop, so that frames are sent separately.
    await new Promise(setImmediate);
  }
  if (fault?.kind === 'stall') return;
  if (fault?.kind === 'disconnect') {
    response.write(frames[end]?.subarray(0, 20));
    setTimeout(() => response.destroy(), 5);
    return;
  }
  if (fault?.kind === 'exception') response.write(exceptionFrame(fault.type, fault.message));
  if (fault?.kind === 'corrupt') response.write(corrupted(frames[end]!));
  response.end();
}
