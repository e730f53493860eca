import type { TableOptions } from './dynamodb/table.ts';
import type { FrozenConnectionsOptions } from './frozen-connections.ts';
import type { InvokeFunction, RunExecution, StartSyncExecution } from './functions/handlers.ts';
import type { ModelSettings, RequestRecorder } from './storage-model/index.ts';

/** Objects whose changes are sent to the function. */
export interface IngestRule {
  readonly bucket: string;
  /** Prefix of the keys. */
  readonly prefix: string;
  /** Message group, for example a collection: each group has one invocation at a time. */
  readonly messageGroupId: string;
}

/** Options of the path from S3 over EventBridge and SQS FIFO queues to a function. */
export interface IngestOptions {
  readonly rules: readonly IngestRule[];
  /** Name of the function, which is invoked through `lambda`; default `ingest`. */
  readonly functionName?: string;
  /**
   * Name of the queue without `.fifo`; default `srag-ingest`. Dead letters are in `<name>-dead-letters.fifo`,
   * and publication requests in `<name>-publish.fifo`.
   */
  readonly queueName?: string;
  /** Maximum messages per invocation; default 10. */
  readonly batchSize?: number;
  /** Maximum concurrent invocations; default 2. */
  readonly maxConcurrency?: number;
  /** Deliveries before a message is dead-lettered; default 3. */
  readonly maxReceiveCount?: number;
  /** Visibility timeout of a message. It must exceed the duration of an invocation. Default 960. */
  readonly visibilityTimeoutSeconds?: number;
  /** Delay before a failed message is delivered again; by default its visibility timeout, as on AWS. */
  readonly retryDelaySeconds?: number;
  /** Delay of a publication request, so that it is merged with later ones; default 75, as deployed. */
  readonly publishDelaySeconds?: number;
}

export interface ServicesOptions {
  /** Folder of each S3 bucket; a missing folder is an empty bucket. */
  readonly buckets: Readonly<Record<string, string>>;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Storage model; default: S3 as measured from a function. `none` responds without delays. */
  readonly model?: Partial<ModelSettings> | 'none';
  /** Logs every storage request, for benchmarks. The log grows until it is reset. */
  readonly recorder?: RequestRecorder;
  /** DynamoDB tables that exist from the start. */
  readonly tables?: readonly TableOptions[];
  /** Sends object changes to a function; default none. */
  readonly ingest?: IngestOptions;
  /** Handles StartSyncExecution; default: there is no state machine. */
  readonly stepFunctions?: StartSyncExecution;
  /** STANDARD state machines by ARN, for StartExecution; default none. */
  readonly stateMachines?: Readonly<Record<string, RunExecution>>;
  /** Handles Lambda's Invoke, and invokes the function of `ingest`; default: there is no function. */
  readonly lambda?: InvokeFunction;
  /** Host names that requests may address, in addition to those of the loopback interface. */
  readonly hosts?: readonly string[] | undefined;
  /** How idle connections of frozen environments end; by default they stay open. */
  readonly frozenConnections?: FrozenConnectionsOptions | undefined;
  /** Port on 127.0.0.1 for every service except S3, which uses any free one. Default: any free port. */
  readonly port?: number;
}
