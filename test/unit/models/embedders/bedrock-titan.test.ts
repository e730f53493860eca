import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEmbedder, type Embedder } from '../../../../src/models/embedders/index.ts';
import { type BedrockServer, bedrockSettings, startBedrockServer } from '../../../support/bedrock-server.ts';
import { until } from '../../../support/http-server.ts';

let server: BedrockServer;
beforeAll(async () => {
  server = await startBedrockServer();
});
beforeEach(() => {
  server.faults.splice(0);
  server.requests.splice(0);
});
afterAll(() => server.stop());

const open = async (settings: object = {}): Promise<Embedder> =>
  (await createEmbedder('bedrock-titan', { ...bedrockSettings(server), dimensions: 256, ...settings }))!;

describe('the Titan embedder', () => {
  it('sends one signed request per text in the format of the model, and adds up the reported tokens', async () => {
    const embedder = await open({ documentPrefix: 'doc: ' });
    const { inputTokens } = await embedder.embedDocuments(['two words', 'three more words']);
    expect(inputTokens).toBe(3 + 4);
    expect(server.requests.map((request) => request.path)).toEqual(
      Array(2).fill('/model/amazon.titan-embed-text-v2:0/invoke'),
    );
    const bodies = server.requests.map((request) => JSON.parse(request.body) as unknown);
    expect(bodies).toContainEqual({ inputText: 'doc: two words', dimensions: 256, normalize: true });
    expect(server.requests[0]?.headers.authorization).toContain('AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/');
  });

  it('does not exceed the configured number of requests in flight', async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`);
    const other = await startBedrockServer();
    const embedder = await open({ ...bedrockSettings(other), concurrency: 3 });
    await embedder.embedDocuments(texts);
    expect(other.mostInFlight()).toBeLessThanOrEqual(3);
    expect(other.requests).toHaveLength(40);
    await other.stop();
  });

  it('retries after throttling, a service error and a closed connection', async () => {
    server.faults.push(
      { kind: 'status', status: 429, type: 'ThrottlingException' },
      { kind: 'status', status: 500 },
      { kind: 'hang-up' },
    );
    const { vectors } = await (await open()).embedQuery('a question');
    expect(vectors).toHaveLength(256);
    expect(server.requests).toHaveLength(4);
  });

  it('fails with THROTTLED if throttling persists', async () => {
    for (let count = 0; count < 2; count++) {
      server.faults.push({
        kind: 'status',
        status: 429,
        type: 'ThrottlingException',
        message: 'Too many requests',
      });
    }
    const run = (await open({ attempts: 2 })).embedQuery('a question');
    await expect(run).rejects.toMatchObject({
      code: 'THROTTLED',
      message: 'Bedrock model amazon.titan-embed-text-v2:0: ThrottlingException (HTTP 429). (2 attempts)',
      upstream: 'Too many requests',
    });
  });

  it.each([
    [400, 'ValidationException', 'Too many input tokens', 'EMBEDDER_FAILED'],
    [400, 'ValidationException', 'The provided model identifier is invalid.', 'MODEL_NOT_FOUND'],
    [403, 'AccessDeniedException', 'not authorized to perform bedrock:InvokeModel', 'ACCESS_DENIED'],
    [404, 'ResourceNotFoundException', 'Could not resolve the foundation model', 'MODEL_NOT_FOUND'],
  ])('does not retry after %s %s (%s)', async (status, type, message, code) => {
    server.faults.push({ kind: 'status', status, type, message });
    const run = (await open()).embedQuery('a question');
    await expect(run).rejects.toMatchObject({ code, upstream: expect.stringContaining(message) });
    expect(server.requests).toHaveLength(1);
  });

  it('fails if the service does not respond in time', async () => {
    server.faults.push({ kind: 'silence' });
    const run = (await open({ timeoutMs: 30, attempts: 1 })).embedQuery('a question');
    await expect(run).rejects.toMatchObject({
      code: 'EMBEDDER_FAILED',
      message: expect.stringContaining('no answer within 30 ms'),
    });
  });

  it('closes its requests when aborted', async () => {
    server.faults.push({ kind: 'silence' }, { kind: 'silence' });
    const controller = new AbortController();
    const embedder = await open();
    const run = embedder.embedDocuments(['one', 'two'], { signal: controller.signal });
    const outcome = expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
    await until(() => server.requests.length === 2);
    controller.abort();
    await outcome;
    await until(() => server.inFlight() === 0);
  });

  it.each([
    ['no JSON', 'oops', 'EMBEDDER_FAILED'],
    ['no embedding', '{"inputTextTokenCount": 1}', 'EMBEDDER_FAILED'],
    ['another length', '{"embedding": [1, 2], "inputTextTokenCount": 1}', 'DIMENSION_MISMATCH'],
    [
      'a zero vector',
      JSON.stringify({ embedding: Array(256).fill(0), inputTextTokenCount: 1 }),
      'INVALID_VECTOR',
    ],
  ])('rejects a response with %s', async (_what, body, code) => {
    server.faults.push({ kind: 'body', body });
    await expect((await open()).embedQuery('a question')).rejects.toMatchObject({ code });
  });
});
