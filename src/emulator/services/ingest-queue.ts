import { SragError } from '../../core/index.ts';
import { objectEvent } from './events/object-event.ts';
import { QueuePoller } from './events/poller.ts';
import type { InvokeFunction } from './functions/handlers.ts';
import type { IngestOptions } from './options.ts';
import type { ObjectChange } from './s3/context.ts';
import type { FifoQueue } from './sqs/fifo-queue.ts';
import type { Queues } from './sqs/queues.ts';

/** The way of an object's change to a function: rules, a queue with its dead letters, and a poller. */
export class IngestQueue {
  readonly queue: FifoQueue;
  readonly deadLetters: FifoQueue;
  readonly #options: IngestOptions;
  readonly #region: string;
  readonly #poller: QueuePoller | undefined;

  /** Without a function nothing is polled: messages wait. */
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
    if (invoke === undefined) return;
    this.#poller = new QueuePoller({
      queue: this.queue,
      queueArn: queues.arnOf(this.queue),
      region: queues.region,
      functionName: options.functionName ?? 'ingest',
      invoke,
      batchSize: options.batchSize ?? 10,
      maxConcurrency: options.maxConcurrency ?? 2,
      retryDelayMs: (options.retryDelaySeconds ?? 5) * 1_000,
    });
  }

  /** Puts an event on the queue for each rule that the change meets. */
  changed(change: ObjectChange): void {
    for (const { bucket, prefix, messageGroupId } of this.#options.rules) {
      if (change.bucket !== bucket || !change.key.startsWith(prefix)) continue;
      this.queue.send({ body: JSON.stringify(objectEvent(change, this.#region)), messageGroupId });
    }
  }

  async close(): Promise<void> {
    await this.#poller?.close();
  }
}

function checkCount(field: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new SragError('INVALID_ARGUMENT', `${field} is ${value}.`, {
    remedy: `Give a whole number from 1 to ${most}.`,
    fields: { field, value },
  });
}
