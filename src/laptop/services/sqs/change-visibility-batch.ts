import { z } from 'zod';
import { type JsonOperation, operation } from '../json/operation.ts';
import { asWireError, wireError } from '../wire-error.ts';
import type { Queues } from './queues.ts';

const MOST_ENTRIES = 10;
const schema = z.strictObject({
  QueueUrl: z.string().min(1),
  Entries: z.array(
    z.strictObject({
      Id: z.string().regex(/^[\w-]{1,80}$/),
      ReceiptHandle: z.string(),
      VisibilityTimeout: z.number().int().min(0).max(43_200),
    }),
  ),
});

/** ChangeMessageVisibilityBatch: each entry succeeds or fails on its own. */
export const changeVisibilityBatch = (queues: Queues): JsonOperation =>
  operation('InvalidParameterValue', schema, ({ QueueUrl, Entries }) => {
    const queue = queues.byUrl(QueueUrl);
    if (Entries.length === 0)
      throw wireError('EmptyBatchRequest', 400, 'There should be at least one entry in the request.');
    if (Entries.length > MOST_ENTRIES) {
      const message = `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${Entries.length}.`;
      throw wireError('TooManyEntriesInBatchRequest', 400, message);
    }
    if (new Set(Entries.map(({ Id }) => Id)).size < Entries.length)
      throw wireError('BatchEntryIdsNotDistinct', 400, 'Two or more entries have the same Id.');
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const { Id, ReceiptHandle, VisibilityTimeout } of Entries) {
      try {
        queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1_000);
        Successful.push({ Id });
      } catch (error) {
        const known = asWireError(error);
        if (known === undefined) throw error;
        Failed.push({ Id, SenderFault: true, Code: known.awsCode, Message: known.message });
      }
    }
    return { Successful, Failed };
  });
