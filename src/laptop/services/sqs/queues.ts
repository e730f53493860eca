import { wireError } from '../wire-error.ts';
import { FifoQueue, type QueueSettings } from './fifo-queue.ts';

export const ACCOUNT = '000000000000';

/** All queues, by name. */
export class Queues {
  readonly region: string;
  readonly #byName = new Map<string, FifoQueue>();
  readonly #now: () => number;

  constructor(region: string, now: () => number = Date.now) {
    this.region = region;
    this.#now = now;
  }

  create(settings: QueueSettings): FifoQueue {
    const queue = new FifoQueue(settings, this.#now);
    this.#byName.set(settings.name, queue);
    return queue;
  }

  /** @throws QueueDoesNotExist */
  byUrl(url: string): FifoQueue {
    const queue = this.#byName.get(url.slice(url.lastIndexOf('/') + 1));
    if (queue === undefined) {
      throw wireError('QueueDoesNotExist', 400, 'The specified queue does not exist.');
    }
    return queue;
  }

  arnOf(queue: FifoQueue): string {
    return `arn:aws:sqs:${this.region}:${ACCOUNT}:${queue.settings.name}`;
  }
}
