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

/** The laptop's AWS services, while they run. */
export interface Services {
  /** For `AWS_ENDPOINT_URL`: every service but S3. */
  readonly endpoint: string;
  /** For `AWS_ENDPOINT_URL_S3`. */
  readonly s3Endpoint: string;
  /** What storage is slowed down to; it may be changed while it runs. */
  readonly model: StorageModel;
  readonly parameters: ParameterStore;
  /** The queue of `ingest`, and its dead letters; undefined without that option. */
  readonly queue: FifoQueue | undefined;
  readonly deadLetters: FifoQueue | undefined;
  /** Requests of `ingest` to publish an index. */
  readonly publications: FifoQueue | undefined;
  /** Storage requests of an execution environment, told by its credentials (`laptopCredentials`). */
  accounting(environmentId: string): StorageAccount;
  /** An environment runs again that ran nothing for so long: its idle connections may have died. */
  thawed(environmentId: string, frozenMs: number): void;
  /** Keeps nothing any more of an environment that has ended. */
  forget(environmentId: string): void;
  /** All objects of a bucket whose keys begin so, as ListObjectsV2 gives them. @throws NoSuchBucket */
  listObjects(bucket: string, prefix: string): AsyncIterable<S3ObjectEntry>;
  /**
   * Starts nothing by itself any more: executions are aborted, and no more messages are taken from the queue of
   * `ingest`. Resolves when the invocations that it started have ended.
   */
  settle(): Promise<void>;
  /** Ends connections under way; waits for invocations that the queue started. */
  close(): Promise<void>;
}

/**
 * Starts the laptop's AWS services on the loopback interface.
 * @throws INVALID_ARGUMENT for a wrong setting or a port that is taken, DAMAGED_STORE for a bad file of parameters
 */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { region = 'us-east-1', model: settings = {} } = options;
  const model = new StorageModel(
    settings === 'none' ? NO_DELAYS : changeSettings(DEFAULT_SETTINGS, settings),
    options.recorder,
  );
  const parameters = await ParameterStore.open(options.parameterFile);
  const accounts = new Accounts();
  const access = new Access({ hosts: options.hosts });
  const queues = new Queues(region);
  const ingest =
    options.ingest === undefined ? undefined : new IngestQueue(queues, options.ingest, options.lambda);
  const s3 = await createS3Server({
    buckets: options.buckets,
    region,
    model,
    accounts,
    access,
    onChange: (change) => ingest?.changed(change),
  });
  const executions = new Executions(options.stateMachines ?? {});
  const json = createJsonServer(
    [
      ssmService(parameters, region),
      dynamodbService(region, options.tables),
      sqsService(queues),
      stepFunctionsService(options.stepFunctions, executions),
    ],
    [new LambdaService(options.lambda)],
    access,
  );
  const frozen = options.frozenConnections && new FrozenConnections(options.frozenConnections);
  for (const server of [s3.server, json]) frozen?.guard(server);
  const servers: ListeningServer[] = [];
  const settle = async (): Promise<void> => {
    await Promise.all([executions.close(), ingest?.close()]);
  };
  const close = async (): Promise<void> => {
    await settle();
    for (const server of servers) await server.close();
  };
  try {
    servers.push(await listen(s3.server, options.s3Port ?? 0, 's3Port'));
    servers.push(await listen(json, options.port ?? 0, 'port'));
  } catch (error) {
    await close();
    throw error;
  }
  const [{ endpoint: s3Endpoint }, { endpoint }] = servers as [ListeningServer, ListeningServer];
  return {
    endpoint,
    s3Endpoint,
    model,
    parameters,
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
