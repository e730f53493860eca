import { z } from 'zod';
import type { InvocationReply } from '../functions/handlers.ts';

const REPLY = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * Ids of the messages to deliver again after a function's reply. As with Lambda's `ReportBatchItemFailures`,
 * these are all messages if the function failed or was throttled, or if the reply contains an unknown id.
 */
export function failedMessages(
  reply: InvocationReply | undefined,
  messageIds: readonly string[],
): ReadonlySet<string> {
  const all = new Set(messageIds);
  if (reply?.statusCode !== 200 || reply.functionError !== undefined) return all;
  try {
    const text = new TextDecoder().decode(reply.payload ?? new Uint8Array());
    const value: unknown = text === '' ? null : JSON.parse(text);
    // A reply that is not an object reports no failures.
    if (typeof value !== 'object' || value === null) return new Set();
    const failed = (REPLY.parse(value).batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
    return failed.every((id) => all.has(id)) ? new Set(failed) : all;
  } catch {
    return all;
  }
}
