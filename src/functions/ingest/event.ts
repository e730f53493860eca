import { z } from 'zod';

/** A document that came, changed or went. `key` is the object's, in its bucket. */
export interface DocumentChange {
  readonly key: string;
  readonly kind: 'written' | 'deleted';
  /** The message that told of it, to be told apart where only some succeed. */
  readonly messageId?: string;
}

/** What the function is invoked for. */
export type IngestTask =
  | { readonly kind: 'queue'; readonly changes: readonly DocumentChange[] }
  | { readonly kind: 'batch'; readonly changes: readonly DocumentChange[] }
  | { readonly kind: 'publish' };

const queueSchema = z.object({
  Records: z.array(z.object({ messageId: z.string(), body: z.string() })).min(1),
});
const objectEventSchema = z.object({
  'detail-type': z.enum(['Object Created', 'Object Deleted']),
  detail: z.object({ object: z.object({ key: z.string() }) }),
});
const batchSchema = z.object({ keys: z.array(z.string()).min(1) });
const publishSchema = z.object({ action: z.literal('publish') });
const eventSchema = z.union([queueSchema, batchSchema, publishSchema]);

/** Reads an event of the queue, a batch of the Distributed Map, or its end. @throws for anything else */
export function ingestTask(event: unknown): IngestTask {
  const parsed = eventSchema.parse(event);
  if ('action' in parsed) return { kind: 'publish' };
  if ('keys' in parsed)
    return { kind: 'batch', changes: parsed.keys.map((key) => ({ key, kind: 'written' as const })) };
  return {
    kind: 'queue',
    changes: parsed.Records.map(({ messageId, body }) => {
      const told = objectEventSchema.parse(JSON.parse(body));
      const kind = told['detail-type'] === 'Object Created' ? 'written' : 'deleted';
      return { key: told.detail.object.key, kind, messageId } as const;
    }),
  };
}
