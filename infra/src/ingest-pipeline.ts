import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeAnyResource, allow } from './acknowledge.ts';
import type { Data } from './data.ts';
import { ofPartition, substitutionsFor } from './definition.ts';
import { allowInvoking } from './permissions.ts';
import type { PipelineFunctions } from './pipeline-functions.ts';
import { fifoQueue } from './queues.ts';
import type { ResolvedProps } from './resolve-props.ts';
import { LOGS_AND_TRACES } from './workflow.ts';

/**
 * Maximum number of deliveries of a message before SQS moves it to the dead-letter queue. If a service keeps failing,
 * they take about half an hour. If only the message itself fails, the function dead-letters it much sooner.
 */
const MAX_RECEIVES = 30;
/** Changes within this window are published together. */
const PUBLISH_WINDOW_SECONDS = 60;
/** Publish delay: longer than the window, so that a request follows its last change even if clocks differ. */
const PUBLISH_DELAY_SECONDS = 75;
/** Maximum concurrency: the lowest that SQS allows; a group's messages are never concurrent anyway. */
const QUEUE_CONCURRENCY = 2;
/**
 * Ratio of the queue's visibility timeout to the function's timeout. AWS recommends 6, so that throttled calls are not
 * delivered twice.
 */
const VISIBILITY_FACTOR = 6;

/** Dependencies of the ingest pipeline. */
export interface IngestParts {
  readonly data: Data;
  readonly functions: PipelineFunctions;
  readonly definition: string;
  /** Queue of undeliverable events. */
  readonly undelivered: Queue;
}

/**
 * Ingests documents in the order in which they are uploaded, with one writer per collection. A state machine
 * ingests all documents in bulk.
 */
export class IngestPipeline extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** Requests to publish an index; each is delayed, so that it can be merged with later requests. */
  readonly publications: Queue;
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: ResolvedProps, parts: IngestParts) {
    super(scope, id);
    const { lambda, live, built } = parts.functions.get('ingest');
    this.deadLetters = fifoQueue(this, 'DeadLetters', `${props.name}-ingest-dead.fifo`, parts.data, {
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.deadLetters, {
      'Serverless-SQSRedrivePolicy': 'This is a dead-letter queue: an alarm reports every message in it.',
    });
    const common = {
      visibilityTimeout: Duration.seconds(built.timeoutSeconds * VISIBILITY_FACTOR),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    };
    this.queue = fifoQueue(this, 'Queue', `${props.name}-ingest.fifo`, parts.data, common);
    this.publications = fifoQueue(this, 'Publications', `${props.name}-publish.fifo`, parts.data, {
      ...common,
      deliveryDelay: Duration.seconds(PUBLISH_DELAY_SECONDS),
    });
    this.#feed(props, parts);
    for (const queue of [this.queue, this.publications])
      live.addEventSource(
        new SqsEventSource(queue, {
          batchSize: 10,
          reportBatchItemFailures: true,
          maxConcurrency: QUEUE_CONCURRENCY,
        }),
      );
    allow(
      lambda,
      new PolicyStatement({
        sid: 'AskToPublishAndPutAside',
        actions: ['sqs:SendMessage'],
        resources: [this.publications.queueArn, this.deadLetters.queueArn],
      }),
    );
    lambda
      .addEnvironment('SRAG_INGEST_QUEUE', this.queue.queueUrl)
      .addEnvironment('SRAG_PUBLISH_QUEUE', this.publications.queueUrl)
      .addEnvironment('SRAG_DEAD_LETTERS', this.deadLetters.queueUrl)
      .addEnvironment('SRAG_PUBLISH_WINDOW_SECONDS', String(PUBLISH_WINDOW_SECONDS));
    this.stateMachine = this.#distributedMap(props, parts);
  }

  #feed(
    { name, collection }: ResolvedProps,
    { data: { bucket, documentsPrefix }, undelivered }: IngestParts,
  ): void {
    new Rule(this, 'DocumentsChanged', {
      ruleName: `${name}-documents`,
      description: `Documents of collection ${collection} put or deleted`,
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created', 'Object Deleted'],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix: documentsPrefix }] } },
      },
      targets: [
        new SqsQueue(this.queue, {
          // Each collection has one message group, so that one writer handles its messages in order.
          messageGroupId: collection,
          deadLetterQueue: undelivered,
          retryAttempts: 5,
          maxEventAge: Duration.hours(2),
        }),
      ],
    });
  }

  #distributedMap(props: ResolvedProps, { data, functions, ...parts }: IngestParts): StateMachine {
    const definition = ofPartition(this, parts.definition);
    const { partition, region, account } = Stack.of(this);
    const { live } = functions.get('ingest');
    const stateMachineName = `${props.name}-ingest`;
    const stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(definition),
      definitionSubstitutions: substitutionsFor('ingest.asl.json', definition, {
        IngestFunction: live.functionArn,
      }),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: props.logRetentionDays as RetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
          ...(data.key === undefined ? {} : { encryptionKey: data.key }),
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    allowInvoking(stateMachine, live);
    acknowledgeAnyResource(stateMachine, LOGS_AND_TRACES);
    // A Distributed Map runs its items as executions of its own state machine. The ARN is built from the
    // name, because a reference to itself would be circular.
    const own = `arn:${partition}:states:${region}:${account}`;
    allow(
      stateMachine,
      new PolicyStatement({
        sid: 'RunItems',
        actions: ['states:StartExecution'],
        resources: [`${own}:stateMachine:${stateMachineName}`],
      }),
    );
    allow(
      stateMachine,
      new PolicyStatement({
        sid: 'WatchItems',
        actions: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
        resources: [`${own}:execution:${stateMachineName}/*`],
      }),
      'The names of executions are generated when they start; all belong to this state machine.',
    );
    allow(
      stateMachine,
      new PolicyStatement({
        sid: 'ListDocuments',
        actions: ['s3:ListBucket'],
        resources: [data.bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': [`${data.documentsPrefix}*`] } },
      }),
    );
    return stateMachine;
  }
}
