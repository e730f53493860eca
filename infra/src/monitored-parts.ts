import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Canary } from 'aws-cdk-lib/aws-synthetics';
import type { Data } from './data.ts';
import type { PipelineFunctions } from './pipeline-functions.ts';

/** Resources that dashboard, alarms and queries monitor. */
export interface MonitoredParts {
  readonly data: Data;
  readonly api: RestApi;
  readonly functions: PipelineFunctions;
  readonly workflow: StateMachine;
  /** The state machine for bulk ingestion; undefined without ingest. */
  readonly ingest: StateMachine | undefined;
  /** Queue of documents to ingest; undefined without ingest. */
  readonly documents: Queue | undefined;
  /** Undefined without a canary. */
  readonly canary: Canary | undefined;
  /** Queues in which every message means unfinished work. */
  readonly deadLetters: readonly Queue[];
}
