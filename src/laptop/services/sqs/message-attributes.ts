import { createHash } from 'node:crypto';
import type { Delivery } from './message.ts';
import { ACCOUNT } from './queues.ts';

/** The digest of a body that SQS returns, in hexadecimal. */
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
