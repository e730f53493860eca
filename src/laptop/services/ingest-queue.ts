import { SragError } from '../../core/index.ts';
import { objectEvent } from './events/object-event.ts';
import { QueuePoller } from './events/poller.ts';
import type { InvokeFunction } from './functions/handlers.ts';
import type { IngestOptions } from './options.ts';
import type { ObjectChange } from './s3/context.ts';
import type { FifoQueue } from './sqs/fifo-queue.ts';
import type { Queues } from './sqs/queues.ts';

/** Delivers object changes to a function, through rules, queues with dead-letter queues, and pollers. */
export class IngestQueue {
  readonly queue: FifoQueue;
  readonly deadLetters: FifoQueue;
  /** Queue of publication requests. Each is delayed, so that later ones are merged with it. */
  readonly publications: FifoQueue;
  readonly #options: IngestOptions;
  readonly #region: string;
  readonly #pollers: readonly QueuePoller[];

  /** Without a function there are no pollers, so messages stay in the queue. */
  constructor(queues: Queues, options: IngestOptions, invoke: InvokeFunction | undefined) {
    const { queueName = 'srag-ingest', maxReceiveCount = 3, visibilityTimeoutSeconds = 960 } = options;
    checkCount('batchSize', options.batchSize ?? 10, 10);
    checkCount('maxConcurrency', options.maxConcurrency ?? 2, 1_000);
    checkCount('maxReceiveCount', maxReceiveCount, 1_000);
    this.#options = options;
    this.#region = queues.region;
    const visibilityTimeoutMs = visibilityTimeoutSeconds * 1_000;
    this.deadLetters = queues.create({ name: `${queueName}-dead-letters.fifo`, visibilityTimeoutMs });
    this.queue = queues.create({
      name: `${queueName}.fifo`,
      visibilityTimeoutMs,
      contentBasedDeduplication: true,
      redrive: { queue: this.deadLetters, maxReceiveCount },
    });
    this.publications = queues.create({
      ...this.queue.settings,
      name: `${queueName}-publish.fifo`,
      delayMs: (options.publishDelaySeconds ?? 75) * 1_000,
    });
    const { functionName = 'ingest', batchSize = 10, maxConcurrency = 2, retryDelaySeconds } = options;
    this.#pollers =
      invoke === undefined
        ? []
        : [this.queue, this.publications].map(
            (queue) =>
              new QueuePoller({
                ...{ queue, functionName, invoke, batchSize, maxConcurrency },
                queueArn: queues.arnOf(queue),
                region: queues.region,
                retryDelayMs: retryDelaySeconds === undefined ? undefined : retryDelaySeconds * 1_000,
              }),
          );
  }

  /** Puts an event on the queue for each rule that matches the change. */
  changed(change: ObjectChange): void {
    for (const { bucket, prefix, messageGroupId } of this.#options.rules) {
      if (change.bucket !== bucket || !change.key.startsWith(prefix)) continue;
      this.queue.send({ body: JSON.stringify(objectEvent(change, this.#region)), messageGroupId });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#pollers.map((poller) => poller.close()));
  }
}

function checkCount(field: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new SragError('INVALID_ARGUMENT', `${field} is ${value}.`, {
    remedy: `Use a whole number from 1 to ${most}.`,
    fields: { field, value },
  });
}
