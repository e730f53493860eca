import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RagServiceParts, StreamEvent } from '../../../../src/api/service/index.ts';
import {
  createGenerator,
  type GenerationRequest,
  type Generator,
} from '../../../../src/models/generators/index.ts';
import { posted, testApp, testService } from '../../../support/api.ts';
import { type OpenAiServer, startOpenAiServer } from '../../../support/openai-server.ts';

const context = { requestId: 'r' };
const history = [
  { question: 'Which passage speaks of the river?', answer: 'Passage 3 speaks of the river.' },
];
const follow = { question: 'Does it have a bridge?', history };
const DEFAULTS: RagServiceParts['defaults'] = {
  ...{ collection: 'test', mode: 'lexical', answerTopK: 5, answer: {} },
};

/** A generator that records its requests. */
function recorder() {
  const requests: GenerationRequest[] = [];
  const generator: Generator = {
    id: 'recorder',
    async *generate(request) {
      requests.push(request);
      yield { kind: 'token', text: 'Yes.' };
      yield { kind: 'end', stopReason: 'complete', notFound: false };
    },
  };
  return { generator: async () => generator, requests };
}

describe('a question with history', () => {
  it('is searched with the words of the topic, which the trace shows', async () => {
    const { service } = await testService({ defaults: DEFAULTS });
    const { trace } = await service.query(follow, context);
    expect(trace.searchedQuestion).toMatch(/^Does it have a bridge\? \(.*river/);
    const { trace: alone } = await service.query({ question: follow.question }, context);
    expect(alone.searchedQuestion).toBeUndefined();
  });

  it('finds what it refers to', async () => {
    const { service } = await testService({ defaults: DEFAULTS });
    const { hits } = await service.retrieve({ question: 'Why?', history, topK: 3 }, context);
    expect(hits.some(({ text }) => text.includes('river'))).toBe(true);
  });

  it('is passed to the generator with its history by query, stream, generate and the second step', async () => {
    const { generator, requests } = recorder();
    const { service } = await testService({ defaults: DEFAULTS, generator });
    const { trace, chunks } = await service.query(follow, context);
    const events: StreamEvent[] = [];
    for await (const event of await service.stream(follow, context)) events.push(event);
    await service.generate({ ...follow, chunks }, context);
    await service.generateFrom({ ...follow, index: trace.index!, hits: chunks }, context);
    expect(requests).toHaveLength(4);
    for (const { question, asked, history: turns } of requests) {
      expect({ asked, turns }).toEqual({ asked: follow.question, turns: history });
      expect(question).toMatch(/^Does it have a bridge\? \(.*river\)$/);
    }
    expect(events.at(-1)).toMatchObject({
      event: 'done',
      data: { trace: { searchedQuestion: trace.searchedQuestion } },
    });
  });

  it('is refused by the API if a turn is malformed, with the path of the field', async () => {
    const { app } = testApp((await testService({ defaults: DEFAULTS })).service);
    const body = { question: 'Why?', history: [{ question: 'What?', answer: 'This.', role: 'system' }] };
    const response = await app.request('/query', posted(body));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ path: 'history.0.role' }] });
  });

  it('does not hide that the question is blank', async () => {
    const { service } = await testService({ defaults: DEFAULTS });
    await expect(service.query({ question: ' ', history }, context)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: { field: 'question' },
    });
  });
});

describe('a question that a model rewrites', () => {
  let server: OpenAiServer;
  beforeAll(async () => {
    server = await startOpenAiServer();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    server.faults.splice(0);
    server.requests.splice(0);
    server.options.answer = {
      tokens: ['Does the river have a bridge?'],
      stopReason: 'stop',
      usage: { inputTokens: 120, outputTokens: 7 },
    };
  });
  const start = () =>
    testService({
      defaults: { ...DEFAULTS, rewrite: 'model' },
      generator: () =>
        createGenerator('openai-compatible', { baseUrl: `${server.url}/v1`, model: 'small', attempts: 1 }),
    });

  it('is searched as rewritten; the tokens of both calls are in the usage and the cost', async () => {
    const { service, records } = await start();
    const { trace, usage } = await service.query(follow, context);
    expect(trace.searchedQuestion).toBe('Does the river have a bridge?');
    expect(trace.stages.rewriteMs).toBeGreaterThan(0);
    expect(usage).toEqual({ inputTokens: 240, outputTokens: 14, estimated: false });
    expect(records[0]?.use.generation).toEqual({
      ...{ model: 'openai-compatible:small', inputTokens: 240, outputTokens: 14 },
    });
    expect(server.requests).toHaveLength(2);
    const [, answer] = server.requests.map(({ body }) => JSON.parse(body));
    expect(answer.messages[1].content).toMatch(/Question: Does it have a bridge\?$/);
    expect(answer.messages[1].content).toContain('Question: Which passage speaks of the river?');
  });

  it('is rewritten once if two functions answer it', async () => {
    const { service } = await start();
    const { hits, trace } = await service.retrieve(follow, context);
    const { searchedQuestion } = trace;
    const found = { ...follow, searchedQuestion, index: trace.index!, hits };
    const { usage } = await service.generateFrom(found, context);
    expect(server.requests).toHaveLength(2);
    expect(usage).toMatchObject({ inputTokens: 120, outputTokens: 7 });
  });

  it('is rewritten by rules if the model fails', async () => {
    const { service } = await start();
    server.faults.push({ kind: 'status', status: 500 });
    const { trace, answer } = await service.query(follow, context);
    expect(trace.searchedQuestion).toMatch(/^Does it have a bridge\? \(.*river/);
    expect(answer).toBe('Does the river have a bridge?');
  });
});
