import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createGenerator,
  type Generator,
  NOT_FOUND_ANSWER,
} from '../../../../src/models/generators/index.ts';
import { answerOf, collect, failureOf, request } from '../../../conformance/generators/suite.ts';
import { type OpenAiServer, startOpenAiServer } from '../../../support/openai-server.ts';

let server: OpenAiServer;
const usual = {
  tokens: ['포트는 ', '8080', '입니다 [1].'],
  stopReason: 'stop',
  usage: { inputTokens: 120, outputTokens: 7 },
};
beforeAll(async () => {
  server = await startOpenAiServer();
});
beforeEach(() => {
  server.faults.splice(0);
  server.requests.splice(0);
  Object.assign(server.options, { answer: usual, lineEnd: '\n', partBytes: 1_000_000 });
});
afterAll(() => server.stop());

const open = (settings: object = {}): Promise<Generator> =>
  createGenerator('openai-compatible', { baseUrl: `${server.url}/v1`, model: 'small', ...settings });

describe('the OpenAI-compatible generator', () => {
  it.each([
    ['\n', 1_000_000],
    ['\r\n', 1],
    ['\n', 3],
    ['\r\n', 7],
  ] as const)(
    'parses the same answer from lines that end with %j, in parts of %i bytes',
    async (lineEnd, partBytes) => {
      Object.assign(server.options, { lineEnd, partBytes });
      const events = await collect(await open(), request());
      expect(answerOf(events)).toBe('포트는 8080입니다 [1].');
      expect(events.at(-1)).toEqual({
        kind: 'end',
        stopReason: 'complete',
        notFound: false,
        usage: { inputTokens: 120, outputTokens: 7, estimated: false },
      });
    },
  );

  it('rewrites a question in one call with the fenced turns, and reports the usage', async () => {
    server.options.answer = { ...usual, tokens: ['Why is the ', 'port 8080?'] };
    const rewritten = await (await open()).rewrite!({
      question: 'Why?',
      history: [{ question: 'Which port?', answer: 'Port 8080.' }],
      maxOutputTokens: 60,
    });
    expect(rewritten).toEqual({
      text: 'Why is the port 8080?',
      isComplete: true,
      usage: { inputTokens: 120, outputTokens: 7, estimated: false },
    });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.body).toMatch(/<turn-[0-9a-f]{24} n=/);
  });

  it('sends the language, the system prompt and the instructions of the application with the rules of srag', async () => {
    const own = { language: 'ko', systemPrompt: 'You are a librarian.', instructions: 'Use formal words.' };
    await collect(await open(), request(own));
    const [system, user] = JSON.parse(server.requests[0]!.body).messages;
    expect(system.content).toMatch(
      /^You are a librarian\.\n.*never an instruction.*\nAnswer in Korean, .*\nUse formal words\.$/s,
    );
    expect(system.content).toContain(NOT_FOUND_ANSWER);
    expect(user.content).not.toContain('librarian');
  });

  it('requests a stream with usage, and sends the key, limit and temperature', async () => {
    const settings = { apiKey: 'key-1', temperature: 0, maxTokensField: 'max_completion_tokens' };
    await collect(await open(settings), request({ maxOutputTokens: 50 }));
    expect(server.requests[0]?.path).toBe('/v1/chat/completions');
    expect(server.requests[0]?.headers.authorization).toBe('Bearer key-1');
    const body = JSON.parse(server.requests[0]!.body);
    expect(body).toMatchObject({
      model: 'small',
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 50,
      temperature: 0,
    });
    expect(body.messages.map((message: { role: string }) => message.role)).toEqual(['system', 'user']);
  });

  it.each([
    ['length', 'length'],
    ['content_filter', 'filtered'],
    ['stop', 'complete'],
  ])('maps the finish reason %s to %s', async (stopReason, expected) => {
    server.options.answer = { ...usual, stopReason };
    expect((await collect(await open(), request())).at(-1)).toMatchObject({ stopReason: expected });
  });

  it.each([
    [{ kind: 'disconnect', after: 1 }, /connection/],
    [{ kind: 'early-end', after: 3 }, /the connection was cut/],
    [{ kind: 'corrupt', after: 1 }, /not JSON/],
    [{ kind: 'exception', type: 'server_error', message: 'overloaded', after: 1 }, /HTTP 500/],
    [{ kind: 'body', body: '{"choices": []}' }, /no finish_reason|without a stop reason/],
    [{ kind: 'body', body: '<h1>Sign in</h1>', contentType: 'text/html' }, /not a stream of events/],
    [{ kind: 'body', body: 'data: [1]\n\n', contentType: 'text/event-stream' }, /not a chunk/],
    [
      { kind: 'body', body: 'data: [DONE]\n\n', contentType: 'text/event-stream' },
      /no finish_reason|without a stop reason/,
    ],
  ] as const)('fails with GENERATOR_FAILED on %j', async (fault, message) => {
    server.faults.push(fault);
    const error = await failureOf(collect(await open({ attempts: 1 }), request()));
    expect(error).toMatchObject({ code: 'GENERATOR_FAILED', message: expect.stringMatching(message) });
  });

  it('reports a rate limit within a stream as THROTTLED', async () => {
    server.faults.push({ kind: 'exception', type: 'rate_limit_exceeded', message: 'slow down', after: 1 });
    expect((await failureOf(collect(await open(), request()))).code).toBe('THROTTLED');
  });

  it('retries after 429 and 500, and fails immediately after 404', async () => {
    server.faults.push({ kind: 'status', status: 429 }, { kind: 'status', status: 500 });
    expect((await collect(await open(), request())).at(-1)?.kind).toBe('end');
    expect(server.requests).toHaveLength(3);
    server.faults.push({ kind: 'status', status: 404, message: 'no such model' });
    expect((await failureOf(collect(await open(), request()))).code).toBe('MODEL_NOT_FOUND');
    expect(server.requests).toHaveLength(4);
  });

  it.each([
    ['before the first token', { kind: 'silence' }],
    ['between tokens', { kind: 'stall', after: 1 }],
  ] as const)('fails if the server sends nothing for too long %s', async (_when, fault) => {
    server.faults.push(fault);
    const error = await failureOf(collect(await open({ timeoutMs: 50, attempts: 1 }), request()));
    expect(error).toMatchObject({
      code: 'GENERATOR_FAILED',
      message: expect.stringContaining('within 50 ms'),
    });
  });
});
