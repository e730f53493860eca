import { asSragError } from '../../../core/index.ts';
import type { UnreadDocument } from './apply.ts';
import type { IngestTask, ObjectChange, QueueMessage } from './event.ts';
import type { InvocationLog } from './invocation-log.ts';
import { type Applying, applyIsolated, isOwnFault } from './isolate.ts';
import { Lease } from './lease.ts';
import type { MessageQueues } from './message-queues.ts';
import { isTransient } from './passing-fault.ts';

/** Deliveries of a message that fails alone before it is dead-lettered. */
const MAX_DELIVERIES = 3;
/** Seconds that messages stay hidden after a crash. */
const LEASE_SECONDS = 45;

/** Reply to the queue: the listed messages are delivered again. */
export interface QueueReply {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Context in which a batch of the queue is handled. */
export interface QueueParts extends Applying {
  readonly queues: MessageQueues;
  readonly log: InvocationLog;
  /** Called before the lease ends if documents may have changed. */
  readonly publish: () => Promise<void>;
}

/** The outcome of a batch. */
export interface QueueResult {
  readonly reply: QueueReply;
  readonly unread: readonly UnreadDocument[];
}

/**
 * Handles messages of the document queue. Each refers to the current state of its object, so their order does
 * not matter: a failed message is dead-lettered without the later ones of its message group.
 * @throws errors of a service that all documents need; all messages are then delivered again.
 */
export async function runQueue(
  { messages, changes, unreadable }: Extract<IngestTask, { readonly kind: 'queue' }>,
  { queues, log, publish, ...applying }: QueueParts,
): Promise<QueueResult> {
  const lease = new Lease(queues, messages, LEASE_SECONDS);
  const { place } = applying;
  const again: QueueMessage[] = [];
  const unread: UnreadDocument[] = [];
  const sendToDeadLetters = async (affected: readonly QueueMessage[], facts: object): Promise<void> => {
    for (const message of affected) {
      log.deadLettered({ ...facts, messageId: message.messageId });
      if (!(await queues.sendToDeadLetters(message, place.collection))) again.push(message);
    }
  };
  try {
    const own = changes.filter(({ bucket, key }) => place.holds(bucket, key));
    const foreign = changes.filter((change) => !own.includes(change));
    await sendToDeadLetters([...unreadable, ...messagesOf(foreign)], { code: 'INVALID_ARGUMENT' });
    const applied = await applyIsolated(applying, own);
    unread.push(...applied.unread);
    const notStarted = messagesOf(applied.notStarted);
    for (const { key, messages: affected } of applied.crashed) {
      const code = 'FILE_TOO_COSTLY' as const;
      unread.push({ key, code });
      await sendToDeadLetters(affected, { key, code });
    }
    for (const missed of applied.missed) {
      const { change, error } = missed;
      const { code } = asSragError(error);
      if (!(await isOwnFault(applying, applied, missed))) throw error;
      const isLasting =
        !isTransient(error) || change.messages.some(({ receives }) => receives >= MAX_DELIVERIES);
      if (isLasting) {
        unread.push({ key: change.key, code });
        await sendToDeadLetters(change.messages, { key: change.key, code });
      } else {
        log.redelivered({ key: change.key, code });
        again.push(...change.messages);
      }
    }
    if (own.length > 0) await publish();
    const failed = [...again, ...notStarted];
    await lease.end(again, notStarted);
    return {
      reply: { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) },
      unread,
    };
  } catch (error) {
    await lease.end(messages);
    throw error;
  }
}

const messagesOf = (changes: readonly ObjectChange[]): QueueMessage[] =>
  changes.flatMap(({ messages }) => messages);
