import { z } from 'zod';
import { type JsonOperation, operation } from '../json/operation.ts';
import { wireError } from '../wire-error.ts';
import { changeVisibilityBatch } from './change-visibility-batch.ts';
import { chosenAttributes } from './chosen-attributes.ts';
import type { Delivery } from './message.ts';
import { md5, messageAttributes } from './message-attributes.ts';
import type { Queues } from './queues.ts';

/** Maximum size of a message. */
export const MAX_BODY_BYTES = 1_024 ** 2;
const VALIDATION = 'InvalidParameterValue';
const URL = { QueueUrl: z.string().min(1) };
const ID = z
  .string()
  .regex(/^[!-~]{1,128}$/, 'it must have 1 to 128 letters, digits and punctuation characters');
const SECONDS = z.number().int().min(0).max(43_200);
const SEND = z.strictObject({
  ...URL,
  MessageBody: z.string().min(1),
  MessageGroupId: ID,
  MessageDeduplicationId: ID.optional(),
});
const RECEIVE = z.strictObject({
  ...URL,
  MaxNumberOfMessages: z.number().int().min(1).max(10).optional(),
  VisibilityTimeout: SECONDS.optional(),
  WaitTimeSeconds: z.number().min(0).max(20).optional(),
  AttributeNames: z.array(z.string()).optional(),
  MessageSystemAttributeNames: z.array(z.string()).optional(),
});

/** The operations on messages. */
export const messageOperations = (queues: Queues): Readonly<Record<string, JsonOperation>> => ({
  SendMessage: operation(VALIDATION, SEND, (input) => sendMessage(queues, input)),

  ReceiveMessage: operation(VALIDATION, RECEIVE, (input, { signal }) =>
    receiveMessage(queues, input, signal),
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
});

function sendMessage(queues: Queues, input: z.output<typeof SEND>): object {
  const { QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId } = input;
  if (Buffer.byteLength(MessageBody) > MAX_BODY_BYTES) {
    throw wireError(
      VALIDATION,
      400,
      `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_BODY_BYTES} bytes.`,
    );
  }
  const { messageId, sequenceNumber } = queues.byUrl(QueueUrl).send({
    body: MessageBody,
    messageGroupId: MessageGroupId,
    deduplicationId: MessageDeduplicationId,
  });
  return { MessageId: messageId, SequenceNumber: sequenceNumber, MD5OfMessageBody: md5(MessageBody) };
}

async function receiveMessage(
  queues: Queues,
  input: z.output<typeof RECEIVE>,
  signal: AbortSignal,
): Promise<object> {
  const { MaxNumberOfMessages: max = 1, VisibilityTimeout, WaitTimeSeconds = 0 } = input;
  const visibilityTimeoutMs = VisibilityTimeout === undefined ? undefined : VisibilityTimeout * 1_000;
  const received = await queues
    .byUrl(input.QueueUrl)
    .receiveWaiting({ max, visibilityTimeoutMs }, WaitTimeSeconds * 1_000, signal);
  const names = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  return received.length === 0 ? {} : { Messages: received.map((delivery) => described(delivery, names)) };
}

/** A received message with the requested attributes. */
function described(delivery: Delivery, names: readonly string[]): object {
  const Attributes = chosenAttributes(messageAttributes(delivery), names);
  return {
    MessageId: delivery.messageId,
    ReceiptHandle: delivery.receiptHandle,
    Body: delivery.body,
    MD5OfBody: md5(delivery.body),
    Attributes: Object.keys(Attributes).length === 0 ? undefined : Attributes,
  };
}
