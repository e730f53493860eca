import { Access } from '../../io/http-server/index.ts';
import { Accounts, type StorageAccount } from './accounting.ts';
import { dynamodbService } from './dynamodb/service.ts';
import { FrozenConnections } from './frozen-connections.ts';
import { Executions } from './functions/executions.ts';
import { LambdaService } from './functions/lambda.ts';
import { stepFunctionsService } from './functions/step-functions.ts';
import { IngestQueue } from './ingest-queue.ts';
import { createJsonServer } from './json/server.ts';
import { type ListeningServer, listen } from './listen.ts';
import type { ServicesOptions } from './options.ts';
import { listedObjects, type S3ObjectEntry } from './s3/list-objects.ts';
import { createS3Server } from './s3/server.ts';
import type { FifoQueue } from './sqs/fifo-queue.ts';
import { Queues } from './sqs/queues.ts';
import { sqsService } from './sqs/service.ts';
import { ParameterStore } from './ssm/parameter-store.ts';
import { ssmService } from './ssm/service.ts';
import { changeSettings, DEFAULT_SETTINGS, NO_DELAYS, StorageModel } from './storage-model/index.ts';

/** The laptop's running AWS services. */
export interface Services {
  /** Address of every service except S3, for `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** Address of S3, for `AWS_ENDPOINT_URL_S3`. */
  readonly s3Endpoint: string;
  /** The storage model, which can be changed at run time. */
  readonly model: StorageModel;
  readonly parameters: ParameterStore;
  /** The queue of `ingest` and its dead-letter queue; undefined without the option `ingest`. */
  readonly queue: FifoQueue | undefined;
  readonly deadLetters: FifoQueue | undefined;
  /** The queue of publication requests of `ingest`. */
  readonly publications: FifoQueue | undefined;
  /** Storage requests of an execution environment, identified by its credentials (`laptopCredentials`). */
  accounting(environmentId: string): StorageAccount;
  /** Reports that an environment was thawed after `frozenMs`: its idle connections may have ended. */
  thawed(environmentId: string, frozenMs: number): void;
  /** Forgets the state of an environment that has ended. */
  forget(environmentId: string): void;
  /** All objects of a bucket with a key prefix, in the order of ListObjectsV2. @throws NoSuchBucket */
  listObjects(bucket: string, prefix: string): AsyncIterable<S3ObjectEntry>;
  /**
   * Stops background work: executions are aborted, and the queue of `ingest` is no longer polled. Resolves
   * when running invocations have ended.
   */
  settle(): Promise<void>;
  /** Ends open connections; waits for invocations started by the queue. */
  close(): Promise<void>;
}

/**
 * Starts the laptop's AWS services on the loopback interface.
 * @throws INVALID_ARGUMENT for an invalid setting or a port in use
 */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { s3, json, ingest, executions, accounts, frozen, ...rest } = await createParts(options);
  const servers: ListeningServer[] = [];
  const settle = async (): Promise<void> => {
    await Promise.all([executions.close(), ingest?.close()]);
  };
  const close = async (): Promise<void> => {
    await settle();
    for (const server of servers) await server.close();
  };
  try {
    servers.push(await listen(s3.server, 0, 'port'));
    servers.push(await listen(json, options.port ?? 0, 'port'));
  } catch (error) {
    await close();
    throw error;
  }
  const [{ endpoint: s3Endpoint }, { endpoint }] = servers as [ListeningServer, ListeningServer];
  return {
    endpoint,
    s3Endpoint,
    ...rest,
    queue: ingest?.queue,
    deadLetters: ingest?.deadLetters,
    publications: ingest?.publications,
    accounting: (environmentId) => accounts.of(environmentId),
    thawed: (environmentId, frozenMs) => frozen?.thawed(environmentId, frozenMs),
    forget: (environmentId) => {
      accounts.forget(environmentId);
      frozen?.forget(environmentId);
    },
    listObjects: (bucket, prefix) => listedObjects(s3.context.bucket(bucket), prefix),
    settle,
    close,
  };
}

/** Creates the services with their servers, not yet listening. */
async function createParts(options: ServicesOptions) {
  const { region = 'us-east-1', model: settings = {} } = options;
  const model = new StorageModel(
    settings === 'none' ? NO_DELAYS : changeSettings(DEFAULT_SETTINGS, settings),
    options.recorder,
  );
  const parameters = new ParameterStore();
  const accounts = new Accounts();
  const access = new Access({ hosts: options.hosts });
  const queues = new Queues(region);
  const ingest =
    options.ingest === undefined ? undefined : new IngestQueue(queues, options.ingest, options.lambda);
  const s3 = await createS3Server({
    buckets: options.buckets,
    model,
    accounts,
    access,
    onChange: (change) => ingest?.changed(change),
  });
  const executions = new Executions(options.stateMachines ?? {});
  const json = createJsonServer(
    [
      ssmService(parameters, region),
      dynamodbService(options.tables),
      sqsService(queues),
      stepFunctionsService(options.stepFunctions, executions),
    ],
    [new LambdaService(options.lambda)],
    access,
  );
  const frozen = options.frozenConnections && new FrozenConnections(options.frozenConnections);
  for (const server of [s3.server, json]) frozen?.guard(server);
  return { s3, json, ingest, executions, accounts, frozen, model, parameters };
}
