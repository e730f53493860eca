import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { onTestFinished, vi } from 'vitest';
import { handler } from '../../src/cloud/functions/ingest/handler.ts';
import { type Environment, loadConfig, Workspace } from '../../src/config/index.ts';
import {
  type IngestOptions,
  type InvocationReply,
  laptopCredentials,
  type Services,
  type ServicesOptions,
  startServices,
} from '../../src/laptop/index.ts';
import { captured } from '../unit/api/observability/captured.ts';
import { temporaryFolder } from './temporary.ts';

const BUCKET = 'laptop';
export const DOCUMENTS = 'documents/default/';

/** An event sent to the function, and its result. */
interface Invocation {
  readonly event: unknown;
  readonly reply?: unknown;
  readonly error?: Error;
}

/** The function `ingest` in this process, with a bucket and its queue. */
export interface IngestFunction {
  /** Folder with the bucket's objects. */
  readonly folder: string;
  readonly services: Services;
  readonly invocations: Invocation[];
  /** The workspace of the same bucket, as the command line opens it; closed after the test. */
  readonly workspace: Workspace;
  /** Invokes the function directly, without the queue, and suppresses its log. */
  invoke(event: unknown): Promise<unknown>;
  /** Puts one document. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** Uploads documents; returns everything logged until the queue is empty. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into every field.
  put(documents: Readonly<Record<string, string | Uint8Array>>): Promise<any[]>;
}

/** Behaviour of the queues and the storage; by default without added latency. */
export interface Surroundings extends Partial<IngestOptions> {
  readonly model?: ServicesOptions['model'];
  /** Returns the endpoint through which the function accesses the storage. */
  readonly through?: (s3Endpoint: string) => Promise<string>;
}

const SOON = { retryDelaySeconds: 0.05, publishDelaySeconds: 0.1 };

/** Starts the function with these variables; `before` is called before each invocation by a queue. */
export async function ingestFunction(
  variables: Environment = {},
  before: (invocation: number) => void = () => {},
  { model = 'none', through = async (endpoint) => endpoint, ...ingest }: Surroundings = SOON,
): Promise<IngestFunction> {
  const invocations: Invocation[] = [];
  const invoke = async (event: unknown): Promise<unknown> => {
    try {
      const reply = await handler(event, { awsRequestId: `request-${invocations.length}` });
      invocations.push({ event, reply });
      return reply;
    } catch (error) {
      invocations.push({ event, error: error as Error });
      throw error;
    }
  };
  const lambda = async (_name: string, payload: Uint8Array): Promise<InvocationReply> => {
    before(invocations.length);
    try {
      const reply = await invoke(JSON.parse(new TextDecoder().decode(payload)));
      return { statusCode: 200, payload: Buffer.from(JSON.stringify(reply)) };
    } catch {
      return { statusCode: 200, functionError: 'Unhandled', payload: Buffer.from('{}') };
    }
  };
  const folder = await temporaryFolder();
  const services = await startServices({
    buckets: { [BUCKET]: folder },
    model,
    lambda,
    ingest: { rules: [{ bucket: BUCKET, prefix: DOCUMENTS, messageGroupId: 'default' }], ...ingest },
  });
  onTestFinished(() => services.close());
  const { accessKeyId, secretAccessKey } = laptopCredentials('ingest');
  const environment = {
    SRAG_LOCATION: `s3://${BUCKET}`,
    SRAG_COLLECTION: 'default',
    SRAG_SWITCHES: '/srag/test',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL_S3: await through(services.s3Endpoint),
    AWS_ENDPOINT_URL_SSM: services.endpoint,
    AWS_ENDPOINT_URL_SQS: services.endpoint,
    SRAG_INGEST_QUEUE: `${services.endpoint}/0/srag-ingest.fifo`,
    SRAG_PUBLISH_QUEUE: `${services.endpoint}/0/srag-ingest-publish.fifo`,
    SRAG_DEAD_LETTERS: `${services.endpoint}/0/srag-ingest-dead-letters.fifo`,
    SRAG_PUBLISH_WINDOW_SECONDS: String(ingest.publishDelaySeconds),
    AWS_LAMBDA_FUNCTION_NAME: 'ingest',
    ...variables,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  // A client of the AWS SDK, because srag's own clients abandon connections when the function in this process
  // starts work.
  const s3 = new S3Client({
    endpoint: services.s3Endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
  onTestFinished(() => s3.destroy());
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: DOCUMENTS + name, Body: content }));
  };
  const cwd = await temporaryFolder();
  const workspace = await Workspace.open(
    await loadConfig({ cwd, environment: { ...environment, SRAG_INDEX: '' }, options: {} }),
    { ...environment, AWS_ENDPOINT_URL_S3: services.s3Endpoint },
    cwd,
  );
  onTestFinished(() => workspace.close());
  return {
    folder,
    services,
    invocations,
    workspace,
    async invoke(event) {
      let reply: unknown;
      await captured(async () => {
        reply = await invoke(event);
      });
      return reply;
    },
    write,
    async put(documents) {
      const { lines } = await captured(async () => {
        for (const [name, content] of Object.entries(documents)) await write(name, content);
        await settled(services);
      });
      return lines.map((line) => JSON.parse(line));
    },
  };
}

async function settled({ queue, publications }: Services): Promise<void> {
  const isEmpty = (each: Services['queue']): boolean => {
    const { waiting, inFlight } = each!.counts();
    return waiting + inFlight === 0;
  };
  while (!isEmpty(queue) || !isEmpty(publications)) await sleep(10);
}
