import { z } from 'zod';
import { type JsonOperation, operation } from '../json/operation.ts';
import { wireError } from '../wire-error.ts';
import { changeVisibilityBatch } from './change-visibility-batch.ts';
import { md5 } from './message-attributes.ts';
import type { Queues } from './queues.ts';

/** Maximum size of a message. */
export const MAX_BODY_BYTES = 1_024 ** 2;
const VALIDATION = 'InvalidParameterValue';
const ID = z
  .string()
  .regex(/^[!-~]{1,128}$/, 'it must have 1 to 128 letters, digits and punctuation characters');
const SEND = z.strictObject({
  QueueUrl: z.string().min(1),
  MessageBody: z.string().min(1),
  MessageGroupId: ID,
  MessageDeduplicationId: ID.optional(),
});
/** The operations on messages. */
export const messageOperations = (queues: Queues): Readonly<Record<string, JsonOperation>> => ({
  SendMessage: operation(VALIDATION, SEND, (input) => sendMessage(queues, input)),

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
