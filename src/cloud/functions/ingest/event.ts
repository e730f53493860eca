import { z } from 'zod';
import { SragError } from '../../../core/index.ts';

/** A queue message as Lambda delivers it. */
export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  /** Absent if the function is invoked by hand. */
  readonly receiptHandle?: string | undefined;
  /** Number of deliveries, including this one. */
  readonly receives: number;
  /** Name of the message's queue. */
  readonly queue: string;
}

/**
 * An object that was created, changed or deleted. Only storage shows which, because messages may be late or
 * repeated.
 */
export interface ObjectChange {
  /** Key of the object in its bucket. */
  readonly key: string;
  readonly bucket: string;
  /** Messages about the object; empty if the object is from a listing. */
  readonly messages: readonly QueueMessage[];
}
/** Objects of a listing. */
export interface ObjectBatch {
  readonly keys: readonly string[];
  readonly bucket: string;
  readonly collection: string;
}

/** The task of an invocation. */
export type IngestTask =
  | {
      readonly kind: 'queue';
      readonly messages: readonly QueueMessage[];
      /** One per object. */
      readonly changes: readonly ObjectChange[];
      /** Messages from which no object could be read. */
      readonly unreadable: readonly QueueMessage[];
    }
  | ({ readonly kind: 'batch' } & ObjectBatch)
  | {
      readonly kind: 'publish';
      /** Messages that requested the publication; empty if the state machine requests it. */
      readonly messages: readonly QueueMessage[];
    };

const queueSchema = z.object({
  Records: z
    .array(
      z.object({
        messageId: z.string(),
        body: z.string(),
        receiptHandle: z.string().optional(),
        attributes: z.object({ ApproximateReceiveCount: z.coerce.number().default(1) }).prefault({}),
        eventSourceARN: z.string().default(''),
      }),
    )
    .min(1),
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

/** A publication request, sent through the queue or by the state machine. */
export const PUBLISH_REQUEST = JSON.stringify({ action: 'publish' });

/**
 * Parses a queue event, a batch of the Distributed Map, or the publication request after its last batch.
 * @throws INVALID_ARGUMENT for anything else
 */
export function ingestTask(event: unknown): IngestTask {
  const given = typeof event === 'object' && event !== null ? event : {};
  if ('Records' in given) return queueTask(checked(queueSchema, given).Records);
  if ('keys' in given) return { kind: 'batch', ...checked(batchSchema, given) };
  checked(publishSchema, given);
  return { kind: 'publish', messages: [] };
}

function queueTask(records: z.output<typeof queueSchema>['Records']): IngestTask {
  const messages = records.map(
    ({ messageId, body, receiptHandle, attributes, eventSourceARN }): QueueMessage => ({
      ...{ messageId, body, receiptHandle },
      receives: attributes.ApproximateReceiveCount,
      queue: eventSourceARN.slice(eventSourceARN.lastIndexOf(':') + 1),
    }),
  );
  // Publication requests have their own queue, so a batch from it contains nothing else.
  if (messages.every(({ body }) => body === PUBLISH_REQUEST)) return { kind: 'publish', messages };
  const changes = new Map<string, ObjectChange>();
  const unreadable: QueueMessage[] = [];
  for (const message of messages) {
    const parsed = objectEventSchema.safeParse(jsonOf(message.body));
    if (!parsed.success) {
      unreadable.push(message);
      continue;
    }
    const { bucket, object } = parsed.data.detail;
    const id = `${bucket.name}/${object.key}`;
    const before = changes.get(id)?.messages ?? [];
    changes.set(id, { bucket: bucket.name, key: object.key, messages: [...before, message] });
  }
  return { kind: 'queue', messages, changes: [...changes.values()], unreadable };
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
      'ingest accepts {Records} of the queue, {keys, bucket, collection} of a batch, or {"action":"publish"}.',
    fields: { field },
  });
}
