import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { cacheKey, guardCache, openQueryCache } from '../../src/api/query-cache/index.ts';
import { Switches } from '../../src/api/switches/index.ts';
import { AwsJsonRpc, invokeFunction } from '../../src/io/remote/index.ts';
import { openStorage } from '../../src/io/storage/index.ts';
import { SignedObjects } from '../../src/io/storage/s3/signed-objects.ts';
import { laptopCredentials, startServices } from '../../src/laptop/index.ts';
import { createEmbedder, type Embedder } from '../../src/models/embedders/index.ts';
import { createGenerator, type Generator } from '../../src/models/generators/index.ts';
import { createReranker } from '../../src/models/rerankers/index.ts';
import { bedrockSettings, startBedrockServer } from './bedrock-server.ts';
import { testHit } from './hits.ts';
import { type Ending, startMortalRelay } from './mortal-relay.ts';
import { startOpenAiServer } from './openai-server.ts';

/** All of srag's service clients, behind relays that can end connections. */
export interface PausedClients {
  /** By client name: sends a request and checks its response. */
  readonly ask: Readonly<Record<string, (number: number) => Promise<void>>>;
  /** Sends a request with a client that reuses its connection without checking it. */
  readonly askTrusting: () => Promise<void>;
  endConnections(ending: Ending): void;
  stop(): Promise<void>;
}

const REGION = 'us-east-1';
const BUCKET = 'paused';
const PARALLEL_READS = 4;
const credentials = laptopCredentials('paused');
/** Variables of the AWS SDK, because the SDK would not use HTTP/2 with the adapter's setting `endpoint`. */
const ENDPOINTS = ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'AWS_ENDPOINT_URL_BEDROCK_AGENT_RUNTIME'] as const;

export async function startPausedClients(): Promise<PausedClients> {
  const folder = await mkdtemp(join(tmpdir(), 'srag-paused-'));
  const services = await startServices({
    buckets: { [BUCKET]: folder },
    model: 'none',
    tables: [{ name: 'cache', partitionKey: 'key', ttlAttribute: 'expiresAt' }],
    ingest: { rules: [] },
    stepFunctions: async ({ input }) => ({ status: 'SUCCEEDED', output: input }),
    lambda: async (_name, payload) => ({ statusCode: 200, payload }),
  });
  const models = {
    openAi: await startOpenAiServer(),
    bedrock: await startBedrockServer(),
    bedrock2: await startBedrockServer({ http2: true }),
  };
  const urls = [services.s3Endpoint, services.endpoint, ...Object.values(models).map(({ url }) => url)];
  const relays = await Promise.all(urls.map(startMortalRelay));
  const [s3Endpoint, endpoint, openAiUrl, bedrockUrl, bedrock2Url] = relays.map(({ url }) => url) as [
    string,
    string,
    string,
    string,
    string,
  ];
  for (const name of ENDPOINTS) process.env[name] = bedrock2Url;

  const { parameters } = services;
  const aws = { region: REGION, endpoint, credentials };
  const s3 = { region: REGION, endpoint: s3Endpoint, credentials };
  const signed = new SignedObjects({ bucket: BUCKET, ...s3 });
  const storage = await openStorage({ kind: 's3', bucket: BUCKET, prefix: 'sdk' }, s3);
  const failed = (message: string, details: object) => {
    throw new Error(`${message} ${JSON.stringify(details)}`);
  };
  // This timeout is longer than in functions, because the test machine may be busy.
  const waits = { getWaitMs: 2_000, putWaitMs: 2_000 };
  const cache = guardCache(await openQueryCache('dynamodb:cache', { aws }), { warn: failed, ...waits });
  const states = new AwsJsonRpc('states', {
    ...aws,
    timeoutMs: 29_000,
    retry: { attempts: 1, baseMs: 0, capMs: 0 },
  });
  const sqs = new AwsJsonRpc('sqs', aws);
  // The dead-letter queue, because the ingest queue itself is polled.
  const QueueUrl = `${endpoint}/000000000000/srag-ingest-dead-letters.fifo`;
  parameters.set('/paused/query-cache-minutes', '1');
  const switches = await Switches.open({ path: '/paused', aws, indexKinds: [], warn: failed });
  await signed.write('read', Buffer.from('read'));
  const agent = new Agent({ keepAlive: true });
  const openAi = { baseUrl: `${openAiUrl}/v1`, model: 'test' };
  const one = { ...bedrockSettings(models.bedrock), endpoint: bedrockUrl };
  const { endpoint: _, ...two } = one;

  return {
    ask: {
      'S3 reads': async () => {
        const read = () => signed.read('read');
        const objects = await Promise.all(Array.from({ length: PARALLEL_READS }, read));
        expect(objects.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(
          Array(PARALLEL_READS).fill('read'),
        );
      },
      'S3 writes': async (number) => {
        expect(await signed.write('written', Buffer.from(`${number}`))).toMatch(/^"/);
      },
      'S3 with the SDK': async (number) => {
        await storage.write('written', Buffer.from(`${number}`));
        expect(Buffer.from((await storage.read('written')).bytes).toString()).toBe(`${number}`);
      },
      DynamoDB: async (number) => {
        const key = cacheKeyOf(number);
        await cache.put(key, { createdAtMs: number, body: {} }, 60);
        expect(await cache.get(key)).toEqual({ createdAtMs: number, body: {} });
      },
      SSM: async (number) => {
        parameters.set('/paused/query-cache-minutes', `${number + 1}`);
        await switches.refresh();
        expect(switches.current().queryCacheMinutes).toBe(number + 1);
      },
      SQS: async (number) => {
        const message = {
          MessageBody: `${number}`,
          MessageGroupId: 'any',
          MessageDeduplicationId: `${number}`,
        };
        const { MessageId } = (await sqs.call('SendMessage', { QueueUrl, ...message })) as {
          MessageId?: string;
        };
        expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
      },
      'Step Functions': async (number) => {
        const stateMachineArn = `arn:aws:states:${REGION}:123456789012:stateMachine:paused`;
        const input = { stateMachineArn, input: `{"number":${number}}` };
        expect(await states.call('StartSyncExecution', input)).toMatchObject({
          status: 'SUCCEEDED',
          output: input.input,
        });
      },
      Lambda: async (number) => {
        expect(await invokeFunction(aws, 'any', { number })).toEqual({ payload: { number } });
      },
      'OpenAI embedder': embeds(await createEmbedder('openai-compatible', { ...openAi, dimensions: 8 })),
      'OpenAI generator': generates(await createGenerator('openai-compatible', openAi)),
      'Bedrock embedder, HTTP/1.1': embeds(await createEmbedder('bedrock-titan', { ...one })),
      'Bedrock embedder, HTTP/2': embeds(await createEmbedder('bedrock-titan', { ...two })),
      'Bedrock generator, HTTP/2': generates(
        await createGenerator('bedrock', { ...two, model: 'any.model' }),
      ),
      'Bedrock generator, HTTP/2, not streamed': generates(
        await createGenerator('bedrock', { ...two, model: 'any.model', stream: false }),
      ),
      'Bedrock reranker': await reranks(two),
    },
    askTrusting: () =>
      new Promise((resolve, reject) => {
        const signal = AbortSignal.timeout(1_000);
        request(`${openAiUrl}/v1/embeddings`, { method: 'POST', agent, signal }, (answer) => {
          answer.resume().on('end', resolve);
        })
          .on('error', reject)
          .end('{"input":["any"]}');
      }),
    endConnections: (ending) => {
      for (const relay of relays) relay.endConnections(ending);
    },
    async stop() {
      for (const name of ENDPOINTS) delete process.env[name];
      agent.destroy();
      await Promise.all([signed.close(), storage.close(), cache.close()]);
      for (const client of [states, switches, sqs]) client.close();
      await Promise.all(relays.map((relay) => relay.stop()));
      await Promise.all(Object.values(models).map((model) => model.stop()));
      await services.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const cacheKeyOf = (number: number): string =>
  cacheKey({
    kind: 'hits',
    collection: 'default',
    index: { kind: 'snapshot', version: '1' },
    question: `${number}`,
    options: {},
    embedder: 'none',
  });

const embeds =
  (embedder: Embedder | undefined) =>
  async (number: number): Promise<void> => {
    if (embedder === undefined) throw new Error('There is no embedder.');
    const { vectors } = await embedder.embedQuery(`question ${number}`);
    expect(vectors).toHaveLength(embedder.dimensions);
  };

const generates = (generator: Generator) => async (): Promise<void> => {
  const passage = {
    marker: 1,
    chunkId: 'c',
    documentId: 'd',
    title: 't',
    text: 'The port is 8080.',
    headingPath: [],
    score: 1,
  };
  let text = '';
  const request = { question: 'Which port?', passages: [passage], maxOutputTokens: 50 };
  for await (const event of generator.generate(request)) if (event.kind === 'token') text += event.text;
  expect(text).toContain('8080');
};

async function reranks(settings: object): Promise<() => Promise<void>> {
  const reranker = await createReranker('bedrock', settings);
  const hits = [testHit('other', 2, { text: 'something else' }), testHit('port', 1, { text: 'the port' })];
  return async () => {
    const [best] = await reranker.rerank({ question: 'port', hits, topK: 2 });
    expect(best?.id).toBe('port');
  };
}
