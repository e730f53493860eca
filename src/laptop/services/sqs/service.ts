import type { JsonService } from '../json/operation.ts';
import { MAX_BODY_BYTES, messageOperations } from './message-operations.ts';
import type { Queues } from './queues.ts';

/** Error names of the older query protocol, by which SDKs still identify errors. */
const QUERY_ERRORS: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
};

/** SQS: FIFO queues in memory. */
export const sqsService = (queues: Queues): JsonService => ({
  target: 'AmazonSQS',
  contentType: 'application/x-amz-json-1.0',
  errorNamespace: 'com.amazonaws.sqs',
  validationError: 'InvalidParameterValue',
  maxBodyBytes: 2 * MAX_BODY_BYTES,
  errorHeaders: (awsCode) => ({ 'x-amzn-query-error': `${QUERY_ERRORS[awsCode] ?? awsCode};Sender` }),
  operations: messageOperations(queues),
});
