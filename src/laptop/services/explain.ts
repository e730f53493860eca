import { dynamodbService } from './dynamodb/service.ts';
import { Executions } from './functions/executions.ts';
import { stepFunctionsService } from './functions/step-functions.ts';
import type { JsonService } from './json/operation.ts';
import { S3Context } from './s3/context.ts';
import { S3Router } from './s3/routes.ts';
import { Uploads } from './s3/uploads.ts';
import { Queues } from './sqs/queues.ts';
import { sqsService } from './sqs/service.ts';
import { ParameterStore } from './ssm/parameter-store.ts';
import { ssmService } from './ssm/service.ts';

/** What the laptop implements of one service. */
export interface ServiceExplanation {
  readonly name: string;
  /** Every other operation is refused by name. */
  readonly operations: readonly string[];
  /** Differences from AWS that are not refused, as sentences. */
  readonly notModelled: readonly string[];
}

const FOR_ALL: readonly string[] = [
  'Requests must be signed (Signature Version 4), but signatures are not verified, and policies are not evaluated: every request is allowed.',
  'There is one account (000000000000) and no limit on requests: only functions are throttled.',
];

/** Lists supported operations and unmodelled behaviour; the first entry applies to all services. */
export async function explainServices(): Promise<ServiceExplanation[]> {
  const region = 'us-east-1';
  const s3 = new S3Router(new S3Context(new Map(), region, () => {}), new Uploads());
  const json = (name: string, service: JsonService, notModelled: readonly string[]): ServiceExplanation => ({
    name,
    operations: Object.keys(service.operations),
    notModelled,
  });
  return [
    { name: 'All services', operations: [], notModelled: FOR_ALL },
    {
      name: 'S3',
      operations: s3.operations,
      notModelled: [
        'Keys are paths of files: a key cannot be another one followed by a slash, end in a slash, contain a control character or a backslash, or have a segment of more than 255 bytes.',
        'An ETag is not an MD5; it changes with the content, which suffices for conditions.',
        'Metadata and content types are kept in memory: they are gone after a restart, and when another program replaces the file.',
        'Uploads in parts are kept in memory: a restart discards them.',
        'Only the buckets given at the start exist. Versions, access control, encryption settings, tags, and lifecycle rules are refused; nothing expires.',
        'Buckets are addressed in the path, not in the host name.',
        'The model delays and paces responses. Time and bandwidth of uploads, slower first requests of a connection, TLS, variation of the latency, and the request rate at which S3 answers 503 are not modelled.',
      ],
    },
    json('SSM Parameter Store', ssmService(await ParameterStore.open(), region), [
      'A SecureString is stored as plain text: nothing is encrypted.',
      'Versions before the current one, labels, policies, tiers and tags are not kept.',
    ]),
    json('DynamoDB', dynamodbService(region), [
      'Tables are in memory and active immediately; capacity is not counted.',
      'Every read is consistent.',
      'An expired item is still returned for ten minutes, then deleted; on AWS that may take days. Readers must check the attribute.',
    ]),
    json('SQS', sqsService(new Queues(region)), [
      'Only FIFO queues, in memory; the retention of four days and the five minutes of deduplication are fixed.',
      'Message attributes and batches of SendMessage are refused.',
    ]),
    {
      name: 'EventBridge and the poller of the queue',
      operations: [],
      notModelled: [
        'Writes and deletions through the S3 of the laptop put `Object Created` and `Object Deleted` on the queue. Changes by other programs in the folders do not.',
        'Lambda polls with less concurrency after errors of the function; here the next batch follows immediately. There is no batching window.',
        'A batch contains messages of one group.',
        'An index is published within four seconds of the first change instead of within two and a half minutes.',
        'There are no schedules: the warm-up of a deployment is not run. Invoke the function `warmup` by hand.',
      ],
    },
    json('Step Functions', stepFunctionsService(undefined, new Executions({})), [
      'The laptop interprets the definition; execution histories cannot be queried.',
      'The state machine of ingest (STANDARD) exists if `npm run build:lancedb` was run and the location is a folder. Its Distributed Map runs as an inline Map in this process: over the listing of the S3 of the laptop, in batches given by `ItemBatcher`, each a call of the function `ingest`, with at most `MaxConcurrency` and `--concurrency` of them in parallel. Child executions and map runs cannot be queried.',
      'Executions are kept in memory, the last 1,000 that ended; a running one ends with the laptop and cannot be stopped earlier.',
    ]),
    {
      name: 'Lambda',
      operations: ['Invoke'],
      notModelled: ['No versions or aliases but `$LATEST`. Responses are not streamed to callers of Invoke.'],
    },
  ];
}
