import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type JsonService, operation } from '../json/operation.ts';
import { wireError } from '../wire-error.ts';
import { changeVisibilityBatch } from './change-visibility-batch.ts';
import type { QueueSettings } from './fifo-queue.ts';
import type { Delivery } from './message.ts';
import { describe, queueAttributes, redriveOf } from './queue-attributes.ts';
import { ACCOUNT, noSuchQueue, type Queues } from './queues.ts';

const VALIDATION = 'InvalidParameterValue';
const MAX_BODY_BYTES = 1_024 ** 2;
const URL = { QueueUrl: z.string().min(1) };
const ID = z.string().regex(/^[!-~]{1,128}$/, 'it has 1 to 128 letters, digits and punctuation');
const SECONDS = z.number().int().min(0).max(43_200);
const TRUTH = /^(?:true|false)$/;
/** An attribute of SQS that no message has here. */
const NEVER_THERE = 'AWSTraceHeader';

/** Error names of the older query protocol, by which SDKs still identify errors. */
const QUERY_ERRORS: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
};

/** SQS: FIFO queues in memory. */
export function sqsService(queues: Queues): JsonService {
  return {
    target: 'AmazonSQS',
    contentType: 'application/x-amz-json-1.0',
    errorNamespace: 'com.amazonaws.sqs',
    validationError: VALIDATION,
    maxBodyBytes: 2 * MAX_BODY_BYTES,
    errorHeaders: (awsCode) => ({ 'x-amzn-query-error': `${QUERY_ERRORS[awsCode] ?? awsCode};Sender` }),
    operations: {
      CreateQueue: operation(
        VALIDATION,
        z.strictObject({
          QueueName: z
            .string()
            .regex(/^[A-Za-z0-9_-]{1,75}\.fifo$/, 'only FIFO queues are served: NAME.fifo'),
          Attributes: z.strictObject({
            FifoQueue: z.literal('true'),
            ContentBasedDeduplication: z.string().regex(TRUTH).optional(),
            VisibilityTimeout: z
              .string()
              .regex(/^\d{1,5}$/)
              .optional(),
            DelaySeconds: z
              .string()
              .regex(/^\d{1,3}$/)
              .optional(),
            RedrivePolicy: z.string().optional(),
          }),
        }),
        ({ QueueName, Attributes }, { headers }) => {
          const settings: QueueSettings = {
            name: QueueName,
            contentBasedDeduplication: Attributes.ContentBasedDeduplication === 'true',
            visibilityTimeoutMs: Number(Attributes.VisibilityTimeout ?? 30) * 1_000,
            delayMs: Number(Attributes.DelaySeconds ?? 0) * 1_000,
            ...redriveOf(queues, Attributes.RedrivePolicy),
          };
          const before = queues.get(QueueName)?.settings;
          if (before === undefined) queues.create(settings);
          else if (JSON.stringify(describe(before)) !== JSON.stringify(describe(settings))) {
            throw wireError(
              'QueueNameExists',
              400,
              `A queue already exists with the same name and other attributes: ${QueueName}`,
            );
          }
          return { QueueUrl: urlOf(QueueName, headers) };
        },
      ),

      GetQueueUrl: operation(
        VALIDATION,
        z.strictObject({ QueueName: z.string() }),
        ({ QueueName }, { headers }) => {
          if (queues.get(QueueName) === undefined) throw noSuchQueue();
          return { QueueUrl: urlOf(QueueName, headers) };
        },
      ),

      DeleteQueue: operation(VALIDATION, z.strictObject(URL), ({ QueueUrl }) => {
        queues.delete(queues.byUrl(QueueUrl).settings.name);
        return {};
      }),

      GetQueueAttributes: operation(
        VALIDATION,
        z.strictObject({ ...URL, AttributeNames: z.array(z.string()).optional() }),
        ({ QueueUrl, AttributeNames = [] }) => ({
          Attributes: chosen(queueAttributes(queues, queues.byUrl(QueueUrl)), AttributeNames),
        }),
      ),

      SendMessage: operation(
        VALIDATION,
        z.strictObject({
          ...URL,
          MessageBody: z.string().min(1),
          MessageGroupId: ID,
          MessageDeduplicationId: ID.optional(),
        }),
        ({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId }) => {
          if (Buffer.byteLength(MessageBody) > MAX_BODY_BYTES) {
            throw wireError(
              VALIDATION,
              400,
              `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_BODY_BYTES} bytes.`,
            );
          }
          const receipt = queues.byUrl(QueueUrl).send({
            body: MessageBody,
            messageGroupId: MessageGroupId,
            deduplicationId: MessageDeduplicationId,
          });
          return {
            MessageId: receipt.messageId,
            SequenceNumber: receipt.sequenceNumber,
            MD5OfMessageBody: md5(MessageBody),
          };
        },
      ),

      ReceiveMessage: operation(
        VALIDATION,
        z.strictObject({
          ...URL,
          MaxNumberOfMessages: z.number().int().min(1).max(10).optional(),
          VisibilityTimeout: SECONDS.optional(),
          WaitTimeSeconds: z.number().min(0).max(20).optional(),
          AttributeNames: z.array(z.string()).optional(),
          MessageSystemAttributeNames: z.array(z.string()).optional(),
        }),
        async (input, { signal }) => {
          const { MaxNumberOfMessages: max = 1, VisibilityTimeout, WaitTimeSeconds = 0 } = input;
          const visibilityTimeoutMs = VisibilityTimeout === undefined ? undefined : VisibilityTimeout * 1_000;
          const received = await queues
            .byUrl(input.QueueUrl)
            .receiveWaiting({ max, visibilityTimeoutMs }, WaitTimeSeconds * 1_000, signal);
          const names = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
          const messages = received.map((delivery) => {
            const Attributes = chosen(messageAttributes(delivery), names);
            return {
              MessageId: delivery.messageId,
              ReceiptHandle: delivery.receiptHandle,
              Body: delivery.body,
              MD5OfBody: md5(delivery.body),
              Attributes: Object.keys(Attributes).length === 0 ? undefined : Attributes,
            };
          });
          return messages.length === 0 ? {} : { Messages: messages };
        },
      ),

      DeleteMessage: operation(
        VALIDATION,
        z.strictObject({ ...URL, ReceiptHandle: z.string() }),
        ({ QueueUrl, ReceiptHandle }) => {
          queues.byUrl(QueueUrl).delete(ReceiptHandle);
          return {};
        },
      ),

      ChangeMessageVisibility: operation(
        VALIDATION,
        z.strictObject({ ...URL, ReceiptHandle: z.string(), VisibilityTimeout: SECONDS }),
        ({ QueueUrl, ReceiptHandle, VisibilityTimeout }) => {
          queues.byUrl(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout * 1_000);
          return {};
        },
      ),

      ChangeMessageVisibilityBatch: changeVisibilityBatch(queues),
    },
  };
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** System attributes of a message, as in SQS and Lambda's events. */
export const messageAttributes = (delivery: Delivery): Readonly<Record<string, string>> => ({
  ApproximateReceiveCount: String(delivery.receiveCount),
  SentTimestamp: String(delivery.sentMs),
  SequenceNumber: delivery.sequenceNumber,
  MessageGroupId: delivery.messageGroupId,
  SenderId: ACCOUNT,
  MessageDeduplicationId: delivery.deduplicationId,
  ApproximateFirstReceiveTimestamp: String(delivery.firstReceivedMs),
});

const urlOf = (name: string, headers: { readonly host?: unknown }): string =>
  `http://${String(headers.host)}/${ACCOUNT}/${name}`;

/** The requested attributes; an unknown one is refused. @throws InvalidAttributeName */
function chosen(
  all: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  if (names.includes('All')) return all;
  const unknown = names.find((name) => !Object.hasOwn(all, name) && name !== NEVER_THERE);
  if (unknown !== undefined) {
    throw wireError('InvalidAttributeName', 400, `The attribute ${unknown} is not served by the laptop.`);
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}
