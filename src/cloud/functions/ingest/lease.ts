import type { QueueMessage } from './event.ts';
import type { MessageQueues } from './message-queues.ts';

/**
 * The wait before the first redelivery of a failed message; it doubles with every delivery, up to the
 * maximum.
 */
const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 60;
/** Number of renewals within the duration of a lease. */
const RENEWALS = 3;

/**
 * A lease on the messages of an invocation. The queue would hide them for hours, as AWS advises. The lease
 * hides them for a short time and is renewed while the work continues, so that they return soon after a
 * crash.
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
   * Ends the lease: failed messages return after a wait, those not started return immediately. Completed ones
   * stay hidden until Lambda deletes them.
   */
  async end(failed: readonly QueueMessage[], notStarted: readonly QueueMessage[] = []): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    const byWait = Map.groupBy(failed, ({ receives }) =>
      Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (receives - 1)),
    );
    // If this fails, the messages return when the lease expires.
    for (const [seconds, messages] of byWait) await this.#queues.hide(messages, seconds).catch(() => {});
    if (notStarted.length > 0) await this.#queues.hide(notStarted, 0).catch(() => {});
  }

  #renew(): Promise<void> {
    // A failed renewal is repeated by the next one; at worst a message is handled twice, which does no harm.
    this.#renewing = this.#queues.hide(this.#messages, this.#seconds).catch(() => {});
    return this.#renewing;
  }
}
