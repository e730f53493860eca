import type { QueueMessage } from './event.ts';
import type { MessageQueues } from './message-queues.ts';

/** The first wait before a failed message is delivered again; it doubles with every delivery, up to the last. */
const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 60;
/** Renewals within the time of a lease. */
const RENEWALS = 3;

/**
 * Messages that this invocation works on. The queue hides them for hours, as AWS advises; here they are hidden for a
 * short time that is renewed while the work goes on, so that they come again soon where the function dies.
 */
export class Lease {
  readonly #queues: MessageQueues;
  readonly #messages: readonly QueueMessage[];
  readonly #seconds: number;
  readonly #timer: NodeJS.Timeout;
  #renewing: Promise<void>;

  constructor(queues: MessageQueues, messages: readonly QueueMessage[], seconds: number) {
    this.#queues = queues;
    this.#messages = messages;
    this.#seconds = seconds;
    this.#renewing = this.#renew();
    this.#timer = setInterval(() => void this.#renew(), (seconds * 1_000) / RENEWALS);
  }

  /**
   * Ends it: messages that failed come again after a while, those that were not begun at once. What was done stays
   * hidden until Lambda deletes it.
   */
  async end(failed: readonly QueueMessage[], notBegun: readonly QueueMessage[] = []): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    const byWait = Map.groupBy(failed, ({ receives }) =>
      Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (receives - 1)),
    );
    // Where this fails they come again when the lease is over.
    for (const [seconds, messages] of byWait) await this.#queues.hide(messages, seconds).catch(() => {});
    if (notBegun.length > 0) await this.#queues.hide(notBegun, 0).catch(() => {});
  }

  #renew(): Promise<void> {
    // A renewal that fails is made up for by the next one; at worst a message is handled twice, which changes nothing.
    this.#renewing = this.#queues.hide(this.#messages, this.#seconds).catch(() => {});
    return this.#renewing;
  }
}
