import { asSragError } from '../../../core/index.ts';
import type { UnreadDocument } from './apply.ts';
import type { IngestTask, ObjectChange, QueueMessage } from './event.ts';
import type { InvocationLog } from './invocation-log.ts';
import { type Applying, applyIsolated, isOwnFault } from './isolate.ts';
import { Lease } from './lease.ts';
import type { MessageQueues } from './message-queues.ts';
import { isPassing } from './passing-fault.ts';

/** Deliveries of a message whose object is the only one that fails, before it is put aside. */
const PATIENCE = 3;
/** How long messages stay hidden when the function dies. */
const LEASE_SECONDS = 45;

/** The queue's reply: messages that failed are delivered again. */
export interface QueueReply {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** What a batch of the queue is handled with. */
export interface QueueParts extends Applying {
  readonly queues: MessageQueues;
  readonly log: InvocationLog;
  /** Called while the messages are still held, when documents may have changed. */
  readonly publish: () => Promise<void>;
}

/** What became of a batch. */
export interface QueueResult {
  readonly reply: QueueReply;
  readonly unread: readonly UnreadDocument[];
}

/**
 * Handles messages of the documents' queue. Each stands for its object as it is now, so that messages may be done in any
 * order: one that fails is put aside without those behind it, though all are of one message group.
 * @throws the fault of a service that all documents need; all messages come again then.
 */
export async function runQueue(
  { messages, changes, unreadable }: Extract<IngestTask, { readonly kind: 'queue' }>,
  { queues, log, publish, ...applying }: QueueParts,
): Promise<QueueResult> {
  const lease = new Lease(queues, messages, LEASE_SECONDS);
  const { place } = applying;
  const again: QueueMessage[] = [];
  const unread: UnreadDocument[] = [];
  const putAside = async (told: readonly QueueMessage[], facts: object): Promise<void> => {
    for (const message of told) {
      log.putAside({ ...facts, messageId: message.messageId });
      if (!(await queues.bury(message, place.collection))) again.push(message);
    }
  };
  try {
    const own = changes.filter(({ bucket, key }) => place.holds(bucket, key));
    const foreign = changes.filter((change) => !own.includes(change));
    await putAside([...unreadable, ...messagesOf(foreign)], { code: 'INVALID_ARGUMENT' });
    const applied = await applyIsolated(applying, own);
    unread.push(...applied.unread);
    const notBegun = messagesOf(applied.notBegun);
    for (const { key, messages: told } of applied.deadly) {
      const code = 'FILE_TOO_COSTLY' as const;
      unread.push({ key, code });
      await putAside(told, { key, code });
    }
    for (const missed of applied.missed) {
      const { change, error } = missed;
      const { code } = asSragError(error);
      if (!(await isOwnFault(applying, applied, missed))) throw error;
      const isLasting = !isPassing(error) || change.messages.some(({ receives }) => receives >= PATIENCE);
      if (isLasting) {
        unread.push({ key: change.key, code });
        await putAside(change.messages, { key: change.key, code });
      } else {
        log.comesAgain({ key: change.key, code });
        again.push(...change.messages);
      }
    }
    if (own.length > 0) await publish();
    const failed = [...again, ...notBegun];
    await lease.end(again, notBegun);
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
