import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGenerator, type Generator } from '../../../../src/models/generators/index.ts';
import { answerOf, collect, failureOf, request } from '../../../conformance/generators/suite.ts';
import { type OpenAiServer, startOpenAiServer } from '../../../support/openai-server.ts';

let server: OpenAiServer;
let generator: Generator;
beforeAll(async () => {
  server = await startOpenAiServer();
  generator = await createGenerator('openai-compatible', {
    ...{ baseUrl: `${server.url}/v1`, model: 'small', attempts: 1 },
  });
});
beforeEach(() => server.faults.splice(0));
afterAll(() => server.stop());

const chunk = (content: unknown, rest: object = {}): string =>
  JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }], ...rest });
const think = (field: string): string =>
  JSON.stringify({ choices: [{ delta: { content: null, [field]: 'Hm [1].' } }] });
const stop = (rest: object = {}, reason: unknown = 'stop'): string =>
  JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: reason }], ...rest });
const events = (...data: readonly string[]): string => data.map((each) => `data: ${each}\n\n`).join('');
const TEXT = [chunk('Port '), chunk('8080. [1]')];
const USAGE = { prompt_tokens: 9, completion_tokens: 5 };

const answerTo = (body: string, contentType = 'text/event-stream') => {
  server.faults.push({ kind: 'body', body, contentType });
  return collect(generator, request());
};

describe('dialects of streamed chat completions', () => {
  it.each([
    ['no [DONE]', events(...TEXT, stop())],
    ['[DONE] without a blank line', `${events(...TEXT, stop())}data: [DONE]\n`],
    ['[DONE] without a line end', `${events(...TEXT, stop())}data: [DONE]`],
    ['a finish reason without a line end', `${events(...TEXT)}data: ${stop()}`],
    ['a finish reason before a carriage return', `${events(...TEXT)}data: ${stop()}\r`],
    ['no blank lines', [...TEXT, stop(), '[DONE]'].map((each) => `data: ${each}\n`).join('')],
    ['blank lines and comments between', `\n\n: hi\n\n${events(...TEXT)}\n\n\n${events(stop(), '[DONE]')}\n`],
    ['no space after the colon', events(...TEXT, stop(), '[DONE]').replaceAll('data: ', 'data:')],
    ['[DONE] without a finish reason', events(...TEXT, '[DONE]')],
    ['half an event after the finish reason', `${events(...TEXT, stop())}data: {"usage": {"prom`],
    ['an error after the finish reason', events(...TEXT, stop(), '{"error": "late"}')],
    [
      'empty finish reasons before the last',
      events(...TEXT.map((each) => each.replace('null', '""')), stop()),
    ],
    ['another name of the finish reason', events(...TEXT, stop({}, 'EOS'), '[DONE]')],
    ['a finish reason of another type', events(...TEXT, stop({}, { reason: 'stop' }), '[DONE]')],
    ['null errors', events(chunk('Port 8080. [1]', { error: null }), stop({ error: null }), '[DONE]')],
    ['an index that is null', events(...TEXT, stop(), '[DONE]').replaceAll('"index":0', '"index":null')],
    ['chunks without choices', events('{"choices":[]}', ...TEXT, '{"choices":null}', '{}', stop(), '[DONE]')],
    [
      'parts of content',
      events(
        chunk([
          { type: 'thinking', text: 'Hm' },
          { type: 'text', text: 'Port 8080. [1]' },
        ]),
        stop(),
      ),
    ],
    [
      'the whole answer again',
      events(
        ...TEXT,
        JSON.stringify({ choices: [{ message: { content: 'Port 8080. [1]' }, finish_reason: 'stop' }] }),
      ),
    ],
    [
      'text choices',
      events(JSON.stringify({ choices: [{ text: 'Port 8080. [1]', finish_reason: 'stop' }] })),
    ],
  ])('are supported: %s', async (_what, body) => {
    const answer = await answerTo(body);
    expect(answerOf(answer)).toBe('Port 8080. [1]');
    expect(answer.at(-1)).toMatchObject({ kind: 'end', stopReason: 'complete' });
  });

  it.each([
    ['text/plain; charset=utf-8', events(...TEXT, stop(), '[DONE]')],
    ['Text/Event-Stream', events(...TEXT, stop(), '[DONE]')],
    ['application/octet-stream', events(...TEXT, stop(), '[DONE]')],
    ['application/x-ndjson', [...TEXT, stop()].join('\n')],
    ['application/json', JSON.stringify({ choices: [{ message: { content: 'Port 8080. [1]' } }] }, null, 2)],
  ])('are supported with any content type: %s', async (contentType, body) => {
    expect(answerOf(await answerTo(body, contentType))).toBe('Port 8080. [1]');
  });

  it.each([
    undefined,
    null,
    {},
    [],
    'none',
    { prompt_tokens: null, completion_tokens: null },
    { prompt_tokens: 0, completion_tokens: 0 },
    { prompt_tokens: 9, total_tokens: 14 },
    { prompt_tokens: '9', completion_tokens: '5' },
    { prompt_tokens: 9, completion_tokens: -1 },
    { prompt_tokens: 9.5, completion_tokens: 5 },
  ])('yield no usage if the server reports %j', async (usage) => {
    const end = (await answerTo(events(...TEXT, stop({ usage }), '[DONE]'))).at(-1);
    expect(end).not.toHaveProperty('usage');
  });

  it.each([
    ['with the finish reason', events(...TEXT, stop({ usage: USAGE }))],
    ['after the finish reason', events(...TEXT, stop(), JSON.stringify({ choices: null, usage: USAGE }))],
    [
      'in every chunk',
      events(
        chunk('Port 8080.', { usage: { prompt_tokens: 9, completion_tokens: 1 } }),
        stop({ usage: USAGE }),
      ),
    ],
    ['before an empty one', events(...TEXT, stop({ usage: USAGE }), JSON.stringify({ usage: {} }))],
  ])('yield the last complete usage that the server sends, here %s', async (_what, body) => {
    const end = (await answerTo(body)).at(-1);
    expect(end).toMatchObject({ usage: { inputTokens: 9, outputTokens: 5, estimated: false } });
  });

  it.each([
    ['length', 'length'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'filtered'],
  ])('map finish reason %s to %s', async (reason, stopReason) => {
    expect((await answerTo(events(...TEXT, stop({}, reason)))).at(-1)).toMatchObject({ stopReason });
  });

  it.each([
    ['no content', '', /connection was cut/],
    ['only text', events(...TEXT), /connection was cut/],
    ['half an event', `${events(...TEXT)}data: {"choi`, /not JSON/],
    ['only [DONE]', events('[DONE]'), /contains no text/],
    ['finish reason error', events(...TEXT, stop({}, 'error')), /ended with an error/],
  ])('cause the error GENERATOR_FAILED if the answer is incomplete: %s', async (_what, body, message) => {
    const error = await failureOf(answerTo(body));
    expect(error).toMatchObject({ code: 'GENERATOR_FAILED', message: expect.stringMatching(message) });
  });

  it.each([
    ['in the stream', events(TEXT[0]!, JSON.stringify({ error: { message: 'CUDA died' } }))],
    ['as a string', events(JSON.stringify({ error: 'CUDA died' }))],
    ['as an event', 'event: error\ndata: {"message": "CUDA died"}\n\n'],
    ['as an object', events(JSON.stringify({ object: 'error', message: 'CUDA died', code: 400 }))],
    ['as detail', events(JSON.stringify({ detail: 'CUDA died' }))],
  ])('cause an error with the message of the server, sent %s', async (_what, body) => {
    expect((await failureOf(answerTo(body))).upstream).toContain('CUDA died');
  });

  it.each([
    ['application/json', '{"error": "CUDA died"}'],
    ['application/json', '{"error": {"message": "CUDA died", "code": "server_error"}}'],
    ['application/json', 'CUDA died'],
    ['text/html', '<h1>CUDA died</h1>'],
  ])('cause an error with the message of the server if the response is %s: %s', async (contentType, body) => {
    expect((await failureOf(answerTo(body, contentType))).upstream).toContain('CUDA died');
  });

  it.each([
    [
      'between marks',
      [chunk('<th'), chunk('ink>Hm [1].</thi'), chunk('nk>\n\nPort 80'), chunk('80. [1]'), stop()],
    ],
    ['before a mark', [chunk('Hm [2].'), chunk('</think>'), ...TEXT, stop()]],
    ['in reasoning_content', [think('reasoning_content'), ...TEXT, stop()]],
    ['in reasoning', [think('reasoning'), ...TEXT, stop()]],
  ])('exclude reasoning from the answer: %s', async (_what, data) => {
    expect(answerOf(await answerTo(events(...data)))).toBe('Port 8080. [1]');
  });

  it('start after the end of the reasoning if the prompt of the model opens it', async () => {
    const settings = { baseUrl: server.url, model: 'small', promptOpensReasoning: true };
    const asked = await createGenerator('openai-compatible', settings);
    const body = events(chunk('Hm [2].'), chunk('</thi'), chunk('nk>\n\n'), ...TEXT, stop());
    server.faults.push({ kind: 'body', body, contentType: 'text/event-stream' });
    expect(await collect(asked, request())).toMatchObject([
      { kind: 'token', text: 'Port ' },
      { kind: 'token', text: '8080. [1]' },
      { kind: 'end', notFound: false },
    ]);
    expect((await answerTo(body)).map(({ kind }) => kind)).toContain('discard');
  });

  it('report not found if the model refuses in its own words, and keep these', async () => {
    const text = '죄송하지만, 제공된 문서에는 가격에 대한 정보가 없습니다. [1]';
    const refused = await answerTo(events(...[...text].map((letter) => chunk(letter)), stop()));
    expect(refused.at(-1)).toMatchObject({ notFound: true });
    expect(answerOf(refused)).toBe(text);
    expect((await answerTo(events(...TEXT, chunk(` ${text}`), stop()))).at(-1)).toMatchObject({
      notFound: false,
    });
  });

  it('report not found if the not-found answer follows reasoning', async () => {
    const text = '<think>Nothing.</think>The documents do not answer this question.';
    expect((await answerTo(events(chunk(text), stop()))).at(-1)).toMatchObject({ notFound: true });
  });

  it('cause an error with the body of an error response whose message is empty', async () => {
    server.faults.push({ kind: 'status', status: 400, message: '', type: 'context_overflow' });
    const error = await failureOf(collect(generator, request()));
    expect(error.upstream).toContain('context_overflow');
  });

  it('are requested without stream_options after a server has rejected this option', async () => {
    const asked = await createGenerator('openai-compatible', { baseUrl: server.url, model: 'small' });
    const message = 'Extra inputs are not permitted: stream_options';
    server.faults.push({ kind: 'status', status: 422, message });
    server.requests.splice(0);
    await collect(asked, request());
    await collect(asked, request());
    const bodies = server.requests.map(({ body }) => Object.keys(JSON.parse(body)));
    expect(bodies.map((keys) => keys.includes('stream_options'))).toEqual([true, false, false]);
  });

  it('are not requested again if the server rejects the request for another reason', async () => {
    server.faults.push({ kind: 'status', status: 400, message: 'Unknown model' });
    server.requests.splice(0);
    expect((await failureOf(collect(generator, request()))).upstream).toContain('Unknown model');
    expect(server.requests).toHaveLength(1);
  });
});
