import { z } from 'zod';
import type { InvocationReply } from '../functions/handlers.ts';

const REPLY = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * Messages of a batch that are to be received again, by a function's reply to it: all of them where it failed, where it
 * was throttled and where the reply names a message that is none, as Lambda does with `ReportBatchItemFailures`.
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
    // A reply that is no object says nothing about failures.
    if (typeof value !== 'object' || value === null) return new Set();
    const failed = (REPLY.parse(value).batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
    return failed.every((id) => all.has(id)) ? new Set(failed) : all;
  } catch {
    return all;
  }
}
