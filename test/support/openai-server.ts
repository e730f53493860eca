import type { ServerResponse } from 'node:http';
import { type Fault, fakeVector, type ScriptedAnswer } from './faults.ts';
import { type LocalServer, type RecordedRequest, startHttpServer } from './http-server.ts';

/** A local server that implements OpenAI's embeddings and streamed chat completions. */
export interface OpenAiServer extends LocalServer {
  /** Each request consumes one fault; without faults, requests succeed. */
  readonly faults: Fault[];
  /** Settings of later responses; can be changed. */
  readonly options: {
    answer: ScriptedAnswer;
    dimensions: number;
    encoding: 'float' | 'base64';
    shuffled: boolean;
    lineEnd: '\n' | '\r\n';
    /** Selects texts whose embedding is refused with status 400. */
    refused?: (text: string) => boolean;
    /** Bytes per part of the stream; small values split lines and characters. */
    partBytes: number;
  };
}

export async function startOpenAiServer(): Promise<OpenAiServer> {
  const faults: Fault[] = [];
  const options: OpenAiServer['options'] = {
    answer: {
      tokens: ['포트는 ', '8080', '입니다 [1].'],
      stopReason: 'stop',
      usage: { inputTokens: 120, outputTokens: 7 },
    },
    dimensions: 8,
    encoding: 'float',
    shuffled: false,
    lineEnd: '\n',
    partBytes: 1_000_000,
  };
  const server = await startHttpServer((request, response) => {
    const fault = faults.shift();
    if (fault !== undefined && failAtOnce(fault, response)) return;
    if (request.path.endsWith('/embeddings')) return embed(request, options, response);
    return chat(options, fault, response);
  });
  return { ...server, faults, options };
}

function failAtOnce(fault: Fault, response: ServerResponse): boolean {
  if (fault.kind === 'status') {
    const error = {
      message: fault.message ?? 'failed',
      type: fault.type ?? 'server_error',
      code: fault.type ?? null,
    };
    response
      .writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
      .end(JSON.stringify({ error }));
  } else if (fault.kind === 'hang-up') response.destroy();
  else if (fault.kind === 'body') {
    response.writeHead(200, { 'content-type': fault.contentType ?? 'application/json' }).end(fault.body);
  } else return fault.kind === 'silence';
  return true;
}

function embed(request: RecordedRequest, options: OpenAiServer['options'], response: ServerResponse): void {
  const { input } = JSON.parse(request.body) as { input: string[] };
  if (options.refused !== undefined && input.some(options.refused)) {
    failAtOnce({ kind: 'status', status: 400, message: 'The input is too long.' }, response);
    return;
  }
  const data = input.map((text, index) => {
    const vector = fakeVector(text, options.dimensions);
    const base64 = Buffer.from(Float32Array.from(vector).buffer).toString('base64');
    return { object: 'embedding', index, embedding: options.encoding === 'base64' ? base64 : vector };
  });
  if (options.shuffled) data.reverse();
  const tokens = input.reduce((sum, text) => sum + text.split(/\s+/).length, 0);
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ object: 'list', data, usage: { prompt_tokens: tokens, total_tokens: tokens } }));
}

async function chat(
  options: OpenAiServer['options'],
  fault: Fault | undefined,
  response: ServerResponse,
): Promise<void> {
  const { answer, lineEnd, partBytes } = options;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const chunk = (value: unknown) => `data: ${JSON.stringify(value)}${lineEnd}${lineEnd}`;
  const choice = (delta: object, finish_reason: string | null) =>
    chunk({ choices: [{ index: 0, delta, finish_reason }] });
  const events = [
    `: a comment${lineEnd}${lineEnd}${choice({ role: 'assistant', content: '' }, null)}`,
    ...answer.tokens.map((content) => choice({ content }, null)),
    choice({}, answer.stopReason),
  ];
  if (answer.usage !== undefined) {
    const { inputTokens, outputTokens } = answer.usage;
    events.push(
      chunk({ choices: [], usage: { prompt_tokens: inputTokens, completion_tokens: outputTokens } }),
    );
  }
  events.push(`data: [DONE]${lineEnd}${lineEnd}`);
  const end = fault !== undefined && 'after' in fault ? fault.after + 1 : events.length;
  const bytes = Buffer.from(events.slice(0, end).join(''));
  for (let start = 0; start < bytes.length; start += partBytes) {
    response.write(bytes.subarray(start, start + partBytes));
    await new Promise(setImmediate);
  }
  if (fault?.kind === 'stall') return;
  if (fault?.kind === 'disconnect') {
    setTimeout(() => response.destroy(), 5);
    return;
  }
  if (fault?.kind === 'exception')
    response.write(chunk({ error: { message: fault.message, code: fault.type } }));
  if (fault?.kind === 'corrupt') response.write(`data: {"choices": [${lineEnd}${lineEnd}`);
  response.end();
}
