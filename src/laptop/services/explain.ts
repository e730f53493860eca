import { dynamodbService } from './dynamodb/service.ts';
import { Executions } from './functions/executions.ts';
import { stepFunctionsService } from './functions/step-functions.ts';
import type { JsonService } from './json/operation.ts';
import { S3_OPERATIONS } from './s3/routes.ts';
import { Queues } from './sqs/queues.ts';
import { sqsService } from './sqs/service.ts';
import { ParameterStore } from './ssm/parameter-store.ts';
import { ssmService } from './ssm/service.ts';

/** What the laptop implements of one service. */
export interface ServiceExplanation {
  readonly name: string;
  /** Every other operation is rejected with an error that names it. */
  readonly operations: readonly string[];
  /** Differences from AWS that do not cause an error, as sentences. */
  readonly notModelled: readonly string[];
}

/** Differences from AWS, by service. */
const NOT_MODELLED = {
  all: [
    'Requests must be signed (Signature Version 4), but signatures are not verified, and policies are not evaluated: every request is allowed.',
    'There is one account (000000000000) and no limit on requests: only functions are throttled.',
  ],
  s3: [
    'Keys are paths of files: if the key `a` exists, `a/b` cannot. A key cannot end in a slash, contain a control character or a backslash, or have a segment of more than 255 bytes.',
    'An ETag is not an MD5; it changes with the content, which suffices for conditions.',
    'Metadata and content types are kept in memory: they are lost on a restart, and when another program replaces the file.',
    'Uploads in parts are kept in memory: a restart discards them.',
    'Only the buckets given at the start exist. Versions, access control, encryption settings, tags, and lifecycle rules are refused; nothing expires.',
    'Buckets are addressed in the path, not in the host name.',
    'The storage model delays and paces responses. It does not model the time and bandwidth of uploads, slower first requests of a connection, TLS, variation of the latency, or the request rate at which S3 answers 503.',
  ],
  ssm: [
    'Only parameters of type String are supported; they are kept in memory. Versions before the current one, labels, policies, tiers and tags are not kept.',
  ],
  dynamodb: [
    'The table of the query cache is in memory; other tables cannot be created. Capacity is not counted.',
    'Attributes are strings, whole numbers and bytes. Every read is consistent.',
    'Reads return an expired item for another ten minutes, then it is deleted; on AWS, deletion may take days. Readers must check the attribute.',
  ],
  sqs: [
    'The FIFO queues of ingest are in memory, and only the poller receives their messages; other queues cannot be created. The retention of four days and the five minutes of deduplication are fixed.',
    'Message attributes and batches of SendMessage are refused.',
  ],
  poller: [
    "Writes and deletions through the laptop's S3 put `Object Created` and `Object Deleted` on the queue. Changes that other programs make in the folders do not.",
    'Lambda polls with less concurrency after errors of the function; here the next batch follows immediately. There is no batching window.',
    'A batch contains messages of one group.',
    'An index is published within four seconds of the first change instead of within two and a half minutes.',
    'There are no schedules: the warm-up of a deployment does not run. Invoke the function `warmup` by hand.',
  ],
  stepFunctions: [
    'The laptop interprets the definition; execution histories cannot be queried.',
    "The state machine of ingest (STANDARD) exists if `npm run build:lancedb` was run and the location is a folder. Its Distributed Map runs as an inline Map in this process: it lists objects in the laptop's S3, groups them as `ItemBatcher` specifies, and invokes the function `ingest` once per batch, with at most `MaxConcurrency` and `--concurrency` invocations in parallel. Child executions and map runs cannot be queried.",
    'The last 1,000 completed executions are kept in memory; a running execution ends when the laptop cloud stops, and cannot be stopped earlier.',
  ],
  lambda: [
    'Functions are invoked by name, and the caller waits for the reply: there are no ARNs, versions, aliases or events. Responses are not streamed to callers of Invoke.',
  ],
} satisfies Readonly<Record<string, readonly string[]>>;

/** Lists supported operations and unmodelled behaviour; the first entry applies to all services. */
export function explainServices(): ServiceExplanation[] {
  const region = 'us-east-1';
  const ssm = ssmService(new ParameterStore(), region);
  const stepFunctions = stepFunctionsService(undefined, new Executions({}));
  return [
    explained('All services', [], NOT_MODELLED.all),
    explained('S3', S3_OPERATIONS, NOT_MODELLED.s3),
    explained('SSM Parameter Store', operationsOf(ssm), NOT_MODELLED.ssm),
    explained('DynamoDB', operationsOf(dynamodbService()), NOT_MODELLED.dynamodb),
    explained('SQS', operationsOf(sqsService(new Queues(region))), NOT_MODELLED.sqs),
    explained('EventBridge and the poller of the queue', [], NOT_MODELLED.poller),
    explained('Step Functions', operationsOf(stepFunctions), NOT_MODELLED.stepFunctions),
    explained('Lambda', ['Invoke'], NOT_MODELLED.lambda),
  ];
}

const explained = (
  name: string,
  operations: readonly string[],
  notModelled: readonly string[],
): ServiceExplanation => ({ name, operations, notModelled });

const operationsOf = ({ operations }: JsonService): string[] => Object.keys(operations);
