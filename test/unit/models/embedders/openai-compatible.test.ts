import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEmbedder, type Embedder } from '../../../../src/models/embedders/index.ts';
import { failureOf } from '../../../conformance/generators/suite.ts';
import { fakeVector } from '../../../support/faults.ts';
import { type OpenAiServer, startOpenAiServer } from '../../../support/openai-server.ts';

let server: OpenAiServer;
beforeAll(async () => {
  server = await startOpenAiServer();
});
beforeEach(() => {
  server.faults.splice(0);
  server.requests.splice(0);
  Object.assign(server.options, { dimensions: 8, encoding: 'float', shuffled: false });
});
afterAll(() => server.stop());

const open = async (settings: object = {}): Promise<Embedder> =>
  (await createEmbedder('openai-compatible', {
    baseUrl: `${server.url}/v1/`,
    model: 'small',
    dimensions: 8,
    ...settings,
  }))!;

describe('the OpenAI-compatible embedder', () => {
  it('sends batches with the prefix, key and encoding, and adds up the reported tokens', async () => {
    const embedder = await open({ batchSize: 2, apiKey: 'key-1', documentPrefix: 'passage: ' });
    const { inputTokens } = await embedder.embedDocuments(['a b', 'c', 'd']);
    expect(inputTokens).toBe(3 + 2 + 2);
    expect(server.requests.map((request) => request.path)).toEqual(['/v1/embeddings', '/v1/embeddings']);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer key-1');
    const bodies = server.requests.map((request) => JSON.parse(request.body) as unknown);
    expect(bodies).toContainEqual({
      model: 'small',
      input: ['passage: a b', 'passage: c'],
      encoding_format: 'float',
    });
  });

  it('does not scale the vectors to unit length if configured so, and then has a different id', async () => {
    const [unit, kept] = [await open(), await open({ unitLength: false })];
    const { vectors } = await kept.embedDocuments(['a b']);
    expect(vectors).toEqual(Float32Array.from(fakeVector('a b', 8)));
    const length = Math.hypot(...vectors);
    const scaled = (await unit.embedDocuments(['a b'])).vectors;
    for (const [index, component] of scaled.entries())
      expect(component).toBeCloseTo(vectors[index]! / length, 6);
    expect(kept.id).not.toBe(unit.id);
  });

  it('requests shorter vectors only if configured, and puts the query prefix before a question', async () => {
    await (await open({ requestDimensions: true, queryPrefix: 'query: ' })).embedQuery('why');
    expect(JSON.parse(server.requests[0]!.body)).toMatchObject({ dimensions: 8, input: ['query: why'] });
  });

  it('decodes base64 vectors in any order to the same values', async () => {
    const texts = ['one', 'two', 'three'];
    const plain = await (await open()).embedDocuments(texts);
    Object.assign(server.options, { encoding: 'base64', shuffled: true });
    const encoded = await (await open()).embedDocuments(texts);
    for (const [index, component] of encoded.vectors.entries())
      expect(component).toBeCloseTo(plain.vectors[index]!, 6);
  });

  it('retries after the statuses 429 and 503, and waits as long as the server requests', async () => {
    server.faults.push(
      { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
      { kind: 'status', status: 503 },
    );
    expect((await (await open()).embedQuery('x')).vectors).toHaveLength(8);
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    [401, undefined, {}, 'CREDENTIALS_MISSING'],
    [401, undefined, { apiKey: 'wrong-key' }, 'ACCESS_DENIED'],
    [403, undefined, { apiKey: 'wrong-key' }, 'ACCESS_DENIED'],
    [404, 'model_not_found', {}, 'MODEL_NOT_FOUND'],
    [429, 'insufficient_quota', {}, 'THROTTLED'],
    [400, 'invalid_request_error', {}, 'EMBEDDER_FAILED'],
  ])('fails immediately after %s (%s, settings %j) with %s', async (status, type, settings, code) => {
    server.faults.push({
      kind: 'status',
      status,
      message: 'said so',
      ...(type === undefined ? {} : { type }),
    });
    const run = (await open(settings)).embedQuery('x');
    await expect(run).rejects.toMatchObject({
      code,
      message: expect.stringMatching(new RegExp(`HTTP ${status}\\.$`)),
      upstream: expect.stringContaining('said so'),
    });
    await expect(run).rejects.not.toMatchObject({ message: expect.stringContaining('wrong-key') });
    expect(server.requests).toHaveLength(1);
  });

  const vector = Array(8).fill(0.5);
  it.each([
    ['no JSON', '<html>', 'EMBEDDER_FAILED', /not JSON/],
    ['no list', '{"ok": true}', 'EMBEDDER_FAILED', /not a list of embeddings/],
    [
      'too few vectors',
      JSON.stringify({ data: [{ index: 0, embedding: vector }] }),
      'EMBEDDER_FAILED',
      /1 vectors for 2/,
    ],
    [
      'an index twice',
      JSON.stringify({ data: Array(2).fill({ index: 1, embedding: vector }) }),
      'EMBEDDER_FAILED',
      /index 1/,
    ],
    [
      'another length',
      JSON.stringify({ data: Array(2).fill({ embedding: [1, 2] }) }),
      'DIMENSION_MISMATCH',
      /2 dimensions/,
    ],
    [
      'NaN',
      JSON.stringify({ data: Array(2).fill({ embedding: Buffer.alloc(32, 0xff).toString('base64') }) }),
      'INVALID_VECTOR',
      /text 0/,
    ],
  ])('rejects a response with %s', async (_what, body, code, message) => {
    server.faults.push({ kind: 'body', body });
    const run = (await open()).embedDocuments(['x', 'y']);
    await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it.each([
    ['zero', Array(8).fill(0), 'INVALID_VECTOR'],
    ['of another length', [1, 2], 'DIMENSION_MISMATCH'],
    [
      'infinite',
      Buffer.from(Float32Array.of(...Array(7).fill(1), Infinity).buffer).toString('base64'),
      'INVALID_VECTOR',
    ],
  ])('reports the unusable vectors of a response: %s', async (_what, embedding, code) => {
    server.faults.push({
      kind: 'body',
      body: JSON.stringify({ data: [{ embedding: vector }, { embedding }] }),
    });
    const { vectors, unusable } = await (await open()).embedDocuments(['x', 'y']);
    expect(vectors[0]).toBeCloseTo(0.35, 2);
    expect([...unusable!].map(([index, error]) => [index, error.code])).toEqual([[1, code]]);
  });

  it.each([
    [400, 'bad', true],
    [413, 'bad', true],
    [422, 'bad', true],
    [500, 'the input length exceeds the context length', true],
    [500, 'input is too large to process. increase the physical batch size', true],
    [500, 'out of memory', undefined],
    [403, 'the text is too long for your plan', undefined],
  ])(
    'decides from status %i (%s) whether the server refused the input',
    async (status, message, refusedInput) => {
      server.faults.push({ kind: 'status', status, message });
      const error = await failureOf((await open({ attempts: 1 })).embedDocuments(['x']));
      expect(error.fields.refusedInput).toBe(refusedInput);
    },
  );

  it.each([
    ['null', { index: null, embedding: vector }, { prompt_tokens: null, total_tokens: null }, undefined],
    ['a text', { index: 'first', embedding: vector }, 'none', undefined],
    ['absent', { embedding: vector }, { prompt_tokens: '5', total_tokens: 7 }, 7],
    ['nested', { index: 0, embedding: [vector] }, {}, undefined],
    ['numbered 0', { index: 0, embedding: vector }, { prompt_tokens: 0, total_tokens: 0 }, undefined],
  ])('accepts items whose index and usage are %s', async (_what, item, usage, inputTokens) => {
    server.faults.push({ kind: 'body', body: JSON.stringify({ data: [item, item], usage }) });
    const embedded = await (await open()).embedDocuments(['x', 'y']);
    expect(embedded.vectors).toHaveLength(16);
    expect(embedded.inputTokens).toBe(inputTokens);
    expect(embedded.unusable).toBeUndefined();
  });

  it.each([
    ['a null among its numbers', [...Array(7).fill(0.5), null], 'INVALID_VECTOR'],
    ['nothing', null, 'DIMENSION_MISMATCH'],
  ])(
    'reports a vector that contains %s as unusable, and keeps the other vectors',
    async (_what, embedding, code) => {
      server.faults.push({
        kind: 'body',
        body: JSON.stringify({ data: [{ embedding }, { embedding: vector }] }),
      });
      const { unusable } = await (await open()).embedDocuments(['x', 'y']);
      expect([...unusable!].map(([index, error]) => [index, error.code])).toEqual([[0, code]]);
    },
  );

  it('omits the token count if the server does not report it', async () => {
    server.faults.push({ kind: 'body', body: JSON.stringify({ data: [{ embedding: vector }] }) });
    expect((await (await open()).embedQuery('x')).inputTokens).toBeUndefined();
  });

  it('reports the server address if the connection fails', async () => {
    const other = await startOpenAiServer();
    await other.stop();
    const run = (await open({ baseUrl: other.url, attempts: 1 })).embedQuery('x');
    await expect(run).rejects.toMatchObject({
      code: 'EMBEDDER_FAILED',
      message: expect.stringContaining('ECONNREFUSED'),
      upstream: expect.stringContaining(other.url),
    });
  });

  it('fails if the server does not respond in time', async () => {
    server.faults.push({ kind: 'silence' });
    const run = (await open({ timeoutMs: 30, attempts: 1 })).embedQuery('x');
    await expect(run).rejects.toMatchObject({ message: expect.stringContaining('no answer within 30 ms') });
  });
});
