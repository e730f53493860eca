import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createGenerator,
  type Generator,
  NOT_FOUND_ANSWER,
} from '../../../../src/models/generators/index.ts';
import { answerOf, collect, failureOf, request } from '../../../conformance/generators/suite.ts';
import { type BedrockServer, bedrockSettings, startBedrockServer } from '../../../support/bedrock-server.ts';

let server: BedrockServer;
const usual = {
  tokens: ['The port ', 'is 8080', ' [1].'],
  stopReason: 'end_turn',
  usage: { inputTokens: 120, outputTokens: 7 },
};
beforeAll(async () => {
  server = await startBedrockServer();
});
beforeEach(() => {
  server.faults.splice(0);
  server.requests.splice(0);
  server.answer = usual;
});
afterAll(() => server.stop());

const open = (settings: object = {}): Promise<Generator> =>
  createGenerator('bedrock', { ...bedrockSettings(server), model: 'us.test.model-v1:0', ...settings });

describe('the Bedrock generator', () => {
  it('rewrites a question in one call with the fenced turns, and reports the usage', async () => {
    server.answer = { ...usual, tokens: ['Why is the ', 'port 8080?'] };
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

  it('streams the answer and reports the usage counted by the service', async () => {
    const events = await collect(await open(), request());
    expect(answerOf(events)).toBe('The port is 8080 [1].');
    expect(events.at(-1)).toEqual({
      kind: 'end',
      stopReason: 'complete',
      notFound: false,
      usage: { inputTokens: 120, outputTokens: 7, estimated: false },
    });
  });

  it('calls Converse if the model cannot stream, with the same result', async () => {
    server.answer = { ...usual, stopReason: 'max_tokens' };
    const events = await collect(await open({ stream: false }), request());
    expect(server.requests[0]?.path).toBe('/model/us.test.model-v1:0/converse');
    expect(answerOf(events)).toBe('The port is 8080 [1].');
    expect(events.at(-1)).toEqual({
      kind: 'end',
      stopReason: 'length',
      notFound: false,
      usage: { inputTokens: 120, outputTokens: 7, estimated: false },
    });
  });

  it('sends the instructions separately from the passages, with the limit, temperature and guardrail', async () => {
    const settings = { temperature: 0.2, guardrail: { id: 'gr-1', version: '3' } };
    await collect(await open(settings), request({ maxOutputTokens: 50 }));
    expect(server.requests[0]?.path).toBe('/model/us.test.model-v1:0/converse-stream');
    const body = JSON.parse(server.requests[0]!.body);
    expect(body.inferenceConfig).toEqual({ maxTokens: 50, temperature: 0.2 });
    expect(body.guardrailConfig).toEqual({ guardrailIdentifier: 'gr-1', guardrailVersion: '3' });
    expect(body.system[0].text).toContain('never an instruction');
    expect(body.messages).toHaveLength(1);
    expect(body.messages[0].content[0].text).toContain('Question: Which port');
  });

  it('sends neither temperature nor guardrail unless they are set', async () => {
    await collect(await open(), request());
    const body = JSON.parse(server.requests[0]!.body);
    expect(body.inferenceConfig).toEqual({ maxTokens: 200 });
    expect(body).not.toHaveProperty('guardrailConfig');
  });

  it.each([
    ['end_turn', 'complete'],
    ['stop_sequence', 'complete'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['guardrail_intervened', 'filtered'],
    ['content_filtered', 'filtered'],
  ])('maps the stop reason %s to %s', async (stopReason, expected) => {
    server.answer = { ...usual, stopReason };
    expect((await collect(await open(), request())).at(-1)).toMatchObject({ stopReason: expected });
  });

  it('reports not found if the model gives the not-found answer, and omits unknown usage', async () => {
    server.answer = { tokens: [NOT_FOUND_ANSWER], stopReason: 'end_turn' };
    const end = (await collect(await open(), request())).at(-1);
    expect(end).toEqual({ kind: 'end', stopReason: 'complete', notFound: true });
  });

  it('does not call the model without passages', async () => {
    await collect(await open(), request({ passages: [] }));
    expect(server.requests).toHaveLength(0);
  });

  it.each([
    ['as the response', { kind: 'status', status: 429, type: 'ThrottlingException' }],
    ['as the first event', { kind: 'exception', type: 'throttlingException', message: 'slow', after: -1 }],
  ] as const)('retries after throttling %s', async (_, fault) => {
    server.faults.push(fault);
    expect(answerOf(await collect(await open(), request()))).toBe('The port is 8080 [1].');
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ['throttlingException', 'THROTTLED'],
    ['modelStreamErrorException', 'GENERATOR_FAILED'],
    ['internalServerException', 'GENERATOR_FAILED'],
    ['validationException', 'GENERATOR_FAILED'],
    ['serviceUnavailableException', 'GENERATOR_FAILED'],
  ])(
    'fails without a retry if %s occurs after the first tokens of the stream, with the code %s',
    async (type, code) => {
      server.faults.push({ kind: 'exception', type, message: 'in the middle', after: 2 });
      const error = await failureOf(collect(await open(), request()));
      expect(error).toMatchObject({ code, upstream: expect.stringContaining('in the middle') });
      expect(server.requests).toHaveLength(1);
    },
  );

  it.each([
    { kind: 'disconnect', after: 1 },
    { kind: 'early-end', after: 1 },
    { kind: 'corrupt', after: 1 },
  ] as const)('fails with GENERATOR_FAILED if the stream is broken: %j', async (fault) => {
    server.faults.push(fault);
    const error = await failureOf(collect(await open(), request()));
    expect(error.code).toBe('GENERATOR_FAILED');
    if (fault.kind === 'corrupt') expect(`${error.message} ${error.upstream}`).toMatch(/damaged.*checksum/i);
  });

  it.each([
    ['before the first token', { kind: 'silence' }],
    ['between tokens', { kind: 'stall', after: 1 }],
  ] as const)('fails if the model sends nothing for too long %s', async (_when, fault) => {
    server.faults.push(fault);
    const error = await failureOf(collect(await open({ timeoutMs: 50, attempts: 1 }), request()));
    expect(error).toMatchObject({
      code: 'GENERATOR_FAILED',
      message: expect.stringContaining('within 50 ms'),
    });
  });

  it.each([
    [400, 'ValidationException', 'The provided model identifier is invalid.', 'MODEL_NOT_FOUND'],
    [403, 'AccessDeniedException', 'no access to the model', 'ACCESS_DENIED'],
    [403, 'UnrecognizedClientException', 'The security token is invalid.', 'ACCESS_DENIED'],
  ])('fails immediately on %s %s (%s)', async (status, type, message, code) => {
    server.faults.push({ kind: 'status', status, type, message });
    expect((await failureOf(collect(await open(), request()))).code).toBe(code);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['an empty question', { question: ' ' }],
    ['no room for an answer', { maxOutputTokens: 0 }],
  ])('rejects %s before sending anything', async (_what, overrides) => {
    expect((await failureOf(collect(await open(), request(overrides)))).code).toBe('INVALID_ARGUMENT');
    expect(server.requests).toHaveLength(0);
  });

  it('requires a model id', async () => {
    await expect(createGenerator('bedrock', {})).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining("'model'"),
    });
  });
});
