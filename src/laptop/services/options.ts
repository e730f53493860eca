import type { TableOptions } from './dynamodb/service.ts';
import type { FrozenConnectionsOptions } from './frozen-connections.ts';
import type { InvokeFunction, RunExecution, StartSyncExecution } from './functions/handlers.ts';
import type { ModelSettings, RequestRecorder } from './storage-model/index.ts';

/** Objects whose changes a function is told of. */
export interface IngestRule {
  readonly bucket: string;
  /** Beginning of the keys. */
  readonly prefix: string;
  /** Message group: of one group there is one invocation at a time. A collection, for example. */
  readonly messageGroupId: string;
}

/** S3 -> EventBridge -> SQS FIFO -> function. */
export interface IngestOptions {
  readonly rules: readonly IngestRule[];
  /** Default `ingest`; invoked through `lambda`. */
  readonly functionName?: string;
  /**
   * Name of the queue without `.fifo`; default `srag-ingest`. The dead letters are in `<name>-dead-letters.fifo`,
   * requests for a publication in `<name>-publish.fifo`.
   */
  readonly queueName?: string;
  /** Most messages of one invocation; default 10. */
  readonly batchSize?: number;
  /** Most invocations at once; default 2. */
  readonly maxConcurrency?: number;
  /** Tries before a message is a dead letter; default 3. */
  readonly maxReceiveCount?: number;
  /** Must outlast an invocation; default 960. */
  readonly visibilityTimeoutSeconds?: number;
  /** How long a failed message waits; default as on AWS, until its visibility timeout has passed. */
  readonly retryDelaySeconds?: number;
  /** How long a request for a publication waits for others; default 75, as deployed. */
  readonly publishDelaySeconds?: number;
}

export interface ServicesOptions {
  /** Folder of each S3 bucket; one that does not exist yet is an empty bucket. */
  readonly buckets: Readonly<Record<string, string>>;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** What storage is slowed down to; default S3 as measured from a function, `none` for as fast as it goes. */
  readonly model?: Partial<ModelSettings> | 'none';
  /** Keeps a log of every storage request, for benchmarks: it grows until it is reset. */
  readonly recorder?: RequestRecorder;
  /** JSON file of the parameters (SSM); without one they are in memory alone. */
  readonly parameterFile?: string;
  /** DynamoDB tables that are there from the start. */
  readonly tables?: readonly TableOptions[];
  /** Function that is told of changed objects; default none. */
  readonly ingest?: IngestOptions;
  /** What answers StartSyncExecution; default: there is no state machine. */
  readonly stepFunctions?: StartSyncExecution;
  /** STANDARD state machines by their ARN, for StartExecution; default none. */
  readonly stateMachines?: Readonly<Record<string, RunExecution>>;
  /** What answers Lambda's Invoke, and invokes the function of `ingest`; default: there is no function. */
  readonly lambda?: InvokeFunction;
  /** Names that requests may use for the services, beside those of the loopback interface. */
  readonly hosts?: readonly string[] | undefined;
  /** How connections of frozen environments die; default not at all. */
  readonly frozenConnections?: FrozenConnectionsOptions | undefined;
  /** Ports of 127.0.0.1; default any that is free. */
  readonly port?: number;
  readonly s3Port?: number;
}
