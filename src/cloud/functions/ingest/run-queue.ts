import { asSragError } from '../../../core/index.ts';
import type { MissedChange, UnreadDocument } from './apply.ts';
import type { IngestTask, ObjectChange, QueueMessage } from './event.ts';
import type { InvocationLog } from './invocation-log.ts';
import { type Applying, applyIsolated, isOwnFault } from './isolate.ts';
import { Lease } from './lease.ts';
import type { MessageQueues } from './message-queues.ts';
import { isTransient } from './transient-fault.ts';

/** If a message itself causes its failure, it is dead-lettered after this many deliveries. */
const MAX_DELIVERIES = 3;
/** Seconds that messages stay hidden after a crash. */
const LEASE_SECONDS = 45;

/** Reply to the queue, which delivers the listed messages again. */
export interface QueueReply {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Context in which a batch of the queue is handled. */
export interface QueueParts extends Applying {
  readonly queues: MessageQueues;
  readonly log: InvocationLog;
  /** If documents may have changed, this is called before the lease ends. */
  readonly publish: () => Promise<void>;
}

/** The outcome of a batch. */
export interface QueueResult {
  readonly reply: QueueReply;
  readonly unread: readonly UnreadDocument[];
}

type QueueTask = Extract<IngestTask, { readonly kind: 'queue' }>;

/**
 * Handles messages of the document queue. Each refers to the current state of its object, so their order does
 * not matter, and a failed message does not block the later ones of its message group.
 * @throws errors of a service that all documents need; all messages are then delivered again.
 */
export async function runQueue(task: QueueTask, parts: QueueParts): Promise<QueueResult> {
  const lease = new Lease(parts.queues, task.messages, LEASE_SECONDS);
  const batch = new Batch(parts);
  try {
    const notStarted = await batch.apply(task);
    const failed = [...batch.again, ...notStarted];
    await lease.end(batch.again, notStarted);
    return {
      reply: { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) },
      unread: batch.unread,
    };
  } catch (error) {
    await lease.end(task.messages);
    throw error;
  }
}

/** Tracks which messages of a batch are delivered again, and which documents could not be read. */
class Batch {
  readonly again: QueueMessage[] = [];
  readonly unread: UnreadDocument[] = [];
  readonly #parts: QueueParts;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /** Applies the changes and publishes; returns the messages that were not started. */
  async apply({ changes, unreadable }: QueueTask): Promise<readonly QueueMessage[]> {
    const { place, publish } = this.#parts;
    const own = changes.filter(({ bucket, key }) => place.holds(bucket, key));
    const foreign = changes.filter((change) => !own.includes(change));
    await this.#deadLetter([...unreadable, ...messagesOf(foreign)], { code: 'INVALID_ARGUMENT' });
    const applied = await applyIsolated(this.#parts, own);
    this.unread.push(...applied.unread);
    for (const { key, messages } of applied.crashed) await this.#giveUp(key, 'FILE_TOO_COSTLY', messages);
    for (const missed of applied.missed) {
      if (!(await isOwnFault(this.#parts, applied, missed))) throw missed.error;
      await this.#retryOrGiveUp(missed);
    }
    if (own.length > 0) await publish();
    return messagesOf(applied.notStarted);
  }

  async #retryOrGiveUp({ change: { key, messages }, error }: MissedChange): Promise<void> {
    const { code } = asSragError(error);
    const isLasting = !isTransient(error) || messages.some(({ receives }) => receives >= MAX_DELIVERIES);
    if (isLasting) return this.#giveUp(key, code, messages);
    this.#parts.log.redelivered({ key, code });
    this.again.push(...messages);
  }

  async #giveUp(key: string, code: UnreadDocument['code'], messages: readonly QueueMessage[]): Promise<void> {
    this.unread.push({ key, code });
    await this.#deadLetter(messages, { key, code });
  }

  async #deadLetter(messages: readonly QueueMessage[], facts: object): Promise<void> {
    const { log, queues, place } = this.#parts;
    for (const message of messages) {
      log.deadLettered({ ...facts, messageId: message.messageId });
      if (!(await queues.sendToDeadLetters(message, place.collection))) this.again.push(message);
    }
  }
}

const messagesOf = (changes: readonly ObjectChange[]): QueueMessage[] =>
  changes.flatMap(({ messages }) => messages);
