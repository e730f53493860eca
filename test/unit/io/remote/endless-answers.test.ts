import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SragError } from '../../../../src/core/index.ts';
import { AwsJsonRpc } from '../../../../src/io/remote/index.ts';
import { createEmbedder } from '../../../../src/models/embedders/index.ts';
import { createGenerator } from '../../../../src/models/generators/index.ts';
import { createReranker } from '../../../../src/models/rerankers/index.ts';
import { collect, request } from '../../../conformance/generators/suite.ts';
import { awsJsonSettings } from '../../../support/aws-json-server.ts';
import { bedrockSettings } from '../../../support/bedrock-server.ts';
import { type Endless, type EndlessServer, startEndlessServer } from '../../../support/endless-server.ts';
import { eventFrame } from '../../../support/event-stream.ts';
import { testHit } from '../../../support/hits.ts';

let server: EndlessServer;
beforeAll(async () => {
  server = await startEndlessServer();
});
afterAll(() => server.stop());

const failureOf = async (work: Promise<unknown>): Promise<SragError> => {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof SragError) return error;
  throw new Error(`no typed error: ${String(error)}`);
};

const openAi = (settings: object = {}) => ({
  baseUrl: `${server.url}/v1`,
  model: 'm',
  attempts: 1,
  ...settings,
});
const bedrock = (settings: object = {}) => ({ ...bedrockSettings(server), attempts: 1, ...settings });
const answer = async (name: string, settings: object) =>
  collect(await createGenerator(name, settings), request({ maxOutputTokens: 50 }));
const embed = async (name: string, settings: object) =>
  (await createEmbedder(name, settings))!.embedQuery('text');

const events = (part: string, more: Partial<Endless> = {}): Endless => ({
  contentType: 'text/event-stream',
  part: part.repeat(more.pauseMs === undefined ? Math.ceil(60_000 / part.length) : 1),
  ...more,
});
const chunk = (delta: object) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
const frames = (type: string, body: object): Endless => ({
  contentType: 'application/vnd.amazon.eventstream',
  part: Buffer.concat(Array<Uint8Array>(200).fill(eventFrame(type, body))),
});
const json = { contentType: 'application/json', head: '[0', part: ',0.125'.repeat(10_000) } satisfies Endless;
const DRIP = { pauseMs: 20 };

describe('endless responses', () => {
  it.each<[string, Endless, string, RegExp]>([
    ['tokens', events(chunk({ content: 'and so on ' })), 'ANSWER_TOO_LONG', /too long for 50 tokens/],
    [
      'tokens of reasoning',
      events(chunk({ reasoning_content: 'hm '.repeat(2_000) })),
      'GENERATOR_FAILED',
      /more than \d+ bytes/,
    ],
    [
      'empty tokens',
      events(chunk({ content: '', pad: 'x'.repeat(5_000) })),
      'GENERATOR_FAILED',
      /more than \d+ bytes/,
    ],
    ['comments', events(': keep-alive\n\n'), 'GENERATOR_FAILED', /more than \d+ bytes/],
    ['blank lines', events('\n'), 'GENERATOR_FAILED', /more than \d+ bytes/],
    ['one line', events('x', { head: 'data: ' }), 'GENERATOR_FAILED', /more than \d+ characters/],
    ['lines of one event', events('data:\n'), 'GENERATOR_FAILED', /more than \d+ characters/],
    ['the body of an error', { ...json, status: 500 }, 'GENERATOR_FAILED', /HTTP 500/],
  ])('of %s are cut off by the OpenAI-compatible generator', async (_, endless, code, message) => {
    server.endless = endless;
    const error = await failureOf(answer('openai-compatible', openAi()));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it.each<[string, Endless, number]>([
    ['single bytes at intervals', events(' ', DRIP), 200],
    ['comments at intervals', events(': keep-alive\n\n', DRIP), 200],
    ['an error in single bytes at intervals', { ...json, ...DRIP, status: 400, part: ' ' }, 200],
  ])('of %s are cut off after ten times the silence limit', async (_, endless, timeoutMs) => {
    server.endless = endless;
    const error = await failureOf(answer('openai-compatible', openAi({ timeoutMs })));
    expect(error).toMatchObject({
      code: 'GENERATOR_FAILED',
      message: expect.stringContaining('no complete answer within 2000 ms'),
      fields: { retryable: false },
    });
  });

  it.each<[string, Endless, string, RegExp]>([
    [
      'tokens',
      frames('contentBlockDelta', { delta: { text: 'and so on ' } }),
      'ANSWER_TOO_LONG',
      /50 tokens/,
    ],
    [
      'other events',
      frames('contentBlockStop', { pad: 'x'.repeat(20_000) }),
      'GENERATOR_FAILED',
      /more than \d+ bytes/,
    ],
  ])('of %s are cut off by the Bedrock generator', async (_, endless, code, message) => {
    server.endless = endless;
    const error = await failureOf(answer('bedrock', bedrock({ model: 'm' })));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('of JSON are cut off by generators, embedders and rerankers', async () => {
    server.endless = json;
    const hits = [testHit('a', 1), testHit('b', 1)];
    const reranker = await createReranker('bedrock', bedrock());
    const failures = await Promise.all([
      failureOf(answer('bedrock', bedrock({ model: 'm', stream: false }))),
      failureOf(embed('openai-compatible', openAi({ dimensions: 8 }))),
      failureOf(embed('bedrock-titan', bedrock())),
      failureOf(reranker.rerank({ question: 'q', hits, topK: 2 })),
    ]);
    expect(failures.map(({ code }) => code)).toEqual([
      'GENERATOR_FAILED',
      'EMBEDDER_FAILED',
      'EMBEDDER_FAILED',
      'RERANKER_FAILED',
    ]);
    for (const { message } of failures) expect(message).toMatch(/the response has more than \d+ bytes/);
  });

  it('of AWS services are cut off by size, or by time if they arrive too slowly', async () => {
    const rpc = new AwsJsonRpc('ssm', { ...awsJsonSettings(server), timeoutMs: 100 });
    server.endless = json;
    expect(await failureOf(rpc.call('GetParametersByPath', {}))).toMatchObject({
      code: 'AWS_UNAVAILABLE',
      message: expect.stringMatching(/a response of more than \d+ bytes/),
    });
    server.endless = { ...json, part: ' ', ...DRIP };
    expect(await failureOf(rpc.call('GetParametersByPath', {}))).toMatchObject({ code: 'AWS_UNAVAILABLE' });
    rpc.close();
  });

  it('leave no open connection', async () => {
    server.endless = events(chunk({ content: 'x' }));
    await failureOf(answer('openai-compatible', openAi()));
    await expect.poll(() => server.inFlight()).toBe(0);
  });
});
