import { z } from 'zod';
import { wireError } from '../wire-error.ts';
import type { FifoQueue, QueueSettings } from './fifo-queue.ts';
import { noSuchQueue, type Queues } from './queues.ts';

/** The settings in which CreateQueue must match an existing queue of the same name. */
export const describe = ({ redrive, ...settings }: QueueSettings) => [
  settings.visibilityTimeoutMs,
  settings.delayMs,
  settings.contentBasedDeduplication,
  redrive?.maxReceiveCount,
  redrive?.queue.settings.name,
];

/** The attributes that GetQueueAttributes returns. */
export function queueAttributes(queues: Queues, queue: FifoQueue): Readonly<Record<string, string>> {
  const { waiting, inFlight } = queue.counts();
  const { visibilityTimeoutMs = 30_000, delayMs = 0, contentBasedDeduplication = false } = queue.settings;
  const { redrive } = queue.settings;
  return {
    QueueArn: queues.arnOf(queue),
    FifoQueue: 'true',
    ContentBasedDeduplication: String(contentBasedDeduplication),
    VisibilityTimeout: String(visibilityTimeoutMs / 1_000),
    DelaySeconds: String(delayMs / 1_000),
    ApproximateNumberOfMessages: String(waiting),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ...(redrive === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: queues.arnOf(redrive.queue),
            maxReceiveCount: redrive.maxReceiveCount,
          }),
        }),
  };
}

const REDRIVE = z.strictObject({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().min(1).max(1_000),
});

/** Parses the redrive policy of CreateQueue. @throws InvalidParameterValue, QueueDoesNotExist */
export function redriveOf(queues: Queues, policy: string | undefined): Pick<QueueSettings, 'redrive'> {
  if (policy === undefined) return {};
  let read: z.infer<typeof REDRIVE>;
  try {
    read = REDRIVE.parse(JSON.parse(policy));
  } catch {
    throw wireError('InvalidParameterValue', 400, `Value ${policy} for parameter RedrivePolicy is invalid.`);
  }
  const queue = queues.get(read.deadLetterTargetArn.split(':').at(-1) ?? '');
  if (queue === undefined) throw noSuchQueue();
  return { redrive: { queue, maxReceiveCount: read.maxReceiveCount } };
}
