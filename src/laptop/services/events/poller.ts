import { setTimeout as sleep } from 'node:timers/promises';
import type { InvocationReply, InvokeFunction } from '../functions/handlers.ts';
import type { FifoQueue } from '../sqs/fifo-queue.ts';
import type { Delivery } from '../sqs/message.ts';
import { md5, messageAttributes } from '../sqs/message-attributes.ts';
import { failedMessages } from './batch-result.ts';

/** Duration of a long poll, as on Lambda. */
const WAIT_MS = 20_000;
/** Delay before a throttled invocation is retried. */
const THROTTLE_PAUSE_MS = 1_000;

export interface PollerOptions {
  readonly queue: FifoQueue;
  readonly queueArn: string;
  readonly region: string;
  readonly functionName: string;
  readonly invoke: InvokeFunction;
  /** Maximum messages per invocation. */
  readonly batchSize: number;
  /** Maximum concurrent invocations; each message group has at most one. */
  readonly maxConcurrency: number;
  /** Delay before a failed message is delivered again; by default its visibility timeout, as on AWS. */
  readonly retryDelayMs?: number | undefined;
}

/**
 * Delivers messages to a function in batches, as Lambda's SQS poller does. A batch contains messages of one
 * group.
 */
export class QueuePoller {
  readonly #options: PollerOptions;
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #loop: Promise<void>;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#loop = this.#poll();
  }

  /** Stops receiving; resolves when the running invocations have ended. */
  async close(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
    await Promise.all(this.#running);
  }

  async #poll(): Promise<void> {
    const { queue, batchSize, maxConcurrency } = this.#options;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      if (this.#running.size >= maxConcurrency) await Promise.race(this.#running);
      const batch = await queue.receiveWaiting({ max: batchSize, oneGroup: true }, WAIT_MS, signal);
      if (batch.length === 0) continue;
      const work = this.#handle(batch).finally(() => this.#running.delete(work));
      this.#running.add(work);
    }
  }

  async #handle(batch: readonly Delivery[]): Promise<void> {
    const { queue, retryDelayMs } = this.#options;
    const reply = await this.#invoke(batch);
    const failed = failedMessages(
      reply,
      batch.map(({ messageId }) => messageId),
    );
    for (const { messageId, receiptHandle } of batch) {
      try {
        if (!failed.has(messageId)) queue.delete(receiptHandle);
        else if (retryDelayMs !== undefined) queue.changeVisibility(receiptHandle, retryDelayMs);
      } catch {
        // The invocation outlasted the visibility timeout: the message belongs to another consumer by now.
      }
    }
  }

  /**
   * Retries a throttled invocation as long as its messages are hidden from other consumers, unless
   * `retryDelayMs` is set.
   */
  async #invoke(batch: readonly Delivery[]): Promise<InvocationReply | undefined> {
    const { functionName, invoke, retryDelayMs } = this.#options;
    const payload = Buffer.from(JSON.stringify({ Records: batch.map((delivery) => this.#record(delivery)) }));
    const { signal } = this.#stopped;
    const pauseMs = Math.min(retryDelayMs ?? THROTTLE_PAUSE_MS, THROTTLE_PAUSE_MS);
    for (;;) {
      // Failing to reach the function counts as a failure of the function.
      const reply = await invoke(functionName, payload, { signal }).catch(() => undefined);
      if (reply?.statusCode !== 429 || signal.aborted) return reply;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      const isHidden = batch.every(({ visibleAtMs }) => visibleAtMs > Date.now());
      if (retryDelayMs !== undefined || !isHidden) return reply;
    }
  }

  #record(delivery: Delivery): Readonly<Record<string, unknown>> {
    return {
      messageId: delivery.messageId,
      receiptHandle: delivery.receiptHandle,
      body: delivery.body,
      attributes: messageAttributes(delivery),
      messageAttributes: {},
      md5OfBody: md5(delivery.body),
      eventSource: 'aws:sqs',
      eventSourceARN: this.#options.queueArn,
      awsRegion: this.#options.region,
    };
  }
}
