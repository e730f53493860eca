import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Canary } from 'aws-cdk-lib/aws-synthetics';
import type { Data } from './data.ts';
import type { PipelineFunctions } from './pipeline-functions.ts';

/** What dashboard, alarms and queries look at. */
export interface MonitoredParts {
  readonly data: Data;
  readonly api: RestApi;
  readonly functions: PipelineFunctions;
  readonly workflow: StateMachine;
  /** The state machine that ingests many documents; undefined without ingest. */
  readonly ingest: StateMachine | undefined;
  /** Documents that wait to be ingested; undefined without ingest. */
  readonly documents: Queue | undefined;
  /** Undefined where there is none. */
  readonly canary: Canary | undefined;
  /** Queues in which a message means that something was left undone. */
  readonly deadLetters: readonly Queue[];
}
