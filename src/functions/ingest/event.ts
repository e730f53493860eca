import { z } from 'zod';
import { SragError } from '../../core/index.ts';

/** An object that came, changed or went. */
export interface ObjectChange {
  /** The object's, in its bucket. */
  readonly key: string;
  readonly kind: 'written' | 'deleted';
  /** The message that told of it, to be told apart where only some succeed. */
  readonly messageId?: string;
}
/** One that a message of the queue tells of. */
export interface ToldChange extends ObjectChange {
  readonly bucket: string;
  readonly messageId: string;
}
/** Objects of a listing. */
export interface ObjectBatch {
  readonly keys: readonly string[];
  readonly bucket: string;
  readonly collection: string;
}

/** What the function is invoked for. */
export type IngestTask =
  | {
      readonly kind: 'queue';
      readonly changes: readonly ToldChange[];
      /** Messages that tell of no object: they end among the dead letters, and hold no other up. */
      readonly unreadable: readonly string[];
    }
  | ({ readonly kind: 'batch' } & ObjectBatch)
  | { readonly kind: 'publish' };

const queueSchema = z.object({
  Records: z.array(z.object({ messageId: z.string(), body: z.string() })).min(1),
});
const objectEventSchema = z.object({
  'detail-type': z.enum(['Object Created', 'Object Deleted']),
  detail: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
});
const batchSchema = z.object({
  keys: z.array(z.string()).min(1),
  bucket: z.string(),
  collection: z.string(),
});
const publishSchema = z.object({ action: z.literal('publish') });

/** Reads an event of the queue, a batch of the Distributed Map, or its end. @throws INVALID_ARGUMENT for anything else */
export function ingestTask(event: unknown): IngestTask {
  const given = typeof event === 'object' && event !== null ? event : {};
  if ('Records' in given) return queueTask(checked(queueSchema, given).Records);
  if ('keys' in given) return { kind: 'batch', ...checked(batchSchema, given) };
  checked(publishSchema, given);
  return { kind: 'publish' };
}

function queueTask(records: z.output<typeof queueSchema>['Records']): IngestTask {
  const changes: ToldChange[] = [];
  const unreadable: string[] = [];
  for (const { messageId, body } of records) {
    const told = objectEventSchema.safeParse(jsonOf(body));
    if (!told.success) {
      unreadable.push(messageId);
      continue;
    }
    const { bucket, object } = told.data.detail;
    const kind = told.data['detail-type'] === 'Object Created' ? 'written' : 'deleted';
    changes.push({ bucket: bucket.name, key: object.key, kind, messageId });
  }
  return { kind: 'queue', changes, unreadable };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checked<Schema extends z.ZodType>(schema: Schema, event: object): z.output<Schema> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new SragError('INVALID_ARGUMENT', `Input of ingest, ${field}: ${issue?.message}.`, {
    remedy:
      'It takes {Records} of the queue, {keys, bucket, collection} of a batch, or {"action":"publish"}.',
    fields: { field },
  });
}
