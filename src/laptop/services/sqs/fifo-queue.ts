import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { wireError } from '../wire-error.ts';
import { type Delivery, isInFlight, type Message, type Receipt, type SentMessage } from './message.ts';

/** Values of SQS. */
const DEDUPLICATION_MS = 5 * 60_000;
const RETENTION_MS = 4 * 24 * 3_600_000;
const EXTRA_WAIT_MS = 5;

export interface QueueSettings {
  /** Ends in `.fifo`. */
  readonly name: string;
  /** How long a received message is hidden from others; default 30,000. */
  readonly visibilityTimeoutMs?: number;
  /** Delay before a message can be received; default 0. FIFO queues have no delay per message. */
  readonly delayMs?: number;
  /** Deduplicates by a hash of the body if the sender provides no id. */
  readonly contentBasedDeduplication?: boolean;
  /** The dead-letter queue that receives messages after `maxReceiveCount` deliveries. */
  readonly redrive?: { readonly queue: FifoQueue; readonly maxReceiveCount: number };
}

export interface ReceiveOptions {
  /** Maximum number of messages; default 1. */
  readonly max?: number;
  /** Whether all messages must be of one group; default false. */
  readonly oneGroup?: boolean;
}

/**
 * A FIFO queue in memory. Messages of a group keep their order; while one is in flight, no other message of
 * its group is delivered.
 */
export class FifoQueue {
  readonly settings: QueueSettings;
  /** Messages by group, each in sending order. */
  readonly #groups = new Map<string, Message[]>();
  readonly #recent = new Map<string, Receipt & { readonly sentMs: number }>();
  readonly #now: () => number;
  #sequence = 0;
  #arrived = Promise.withResolvers<void>();

  constructor(settings: QueueSettings, now: () => number = Date.now) {
    this.settings = settings;
    this.#now = now;
  }

  /** Number of messages that can be received (now or once their group is free), and number in flight. */
  counts(): { readonly waiting: number; readonly inFlight: number } {
    const now = this.#now();
    const all = [...this.#groups.values()].flat();
    const inFlight = all.filter((message) => isInFlight(message, now)).length;
    return { waiting: all.length - inFlight, inFlight };
  }

  /**
   * Sends a message, unless its duplicate was sent within the last five minutes.
   * @throws InvalidParameterValue
   */
  send(sent: SentMessage): Receipt {
    const now = this.#now();
    const deduplicationId = sent.deduplicationId ?? this.#hashOf(sent.body);
    this.#forgetOld(now);
    const before = this.#recent.get(deduplicationId);
    if (before !== undefined) return before;
    const receipt = {
      messageId: randomUUID(),
      sequenceNumber: String(++this.#sequence).padStart(20, '0'),
    };
    this.#recent.set(deduplicationId, { ...receipt, sentMs: now });
    this.#add({
      ...sent,
      ...receipt,
      deduplicationId,
      sentMs: now,
      visibleAtMs: now + (this.settings.delayMs ?? 0),
      receiveCount: 0,
      firstReceivedMs: undefined,
      receiptHandle: undefined,
    });
    return receipt;
  }

  /** Receives messages that are available now. */
  receive({ max = 1, oneGroup = false }: ReceiveOptions = {}): Delivery[] {
    const now = this.#now();
    const visibleAtMs = now + (this.settings.visibilityTimeoutMs ?? 30_000);
    const received: Delivery[] = [];
    const groups = [...this.#groups].sort(([, [left]], [, [right]]) =>
      left!.sequenceNumber < right!.sequenceNumber ? -1 : 1,
    );
    for (const [group] of groups) {
      if (received.length >= max || (oneGroup && received.length > 0)) break;
      if (this.#messagesOf(group).some((message) => isInFlight(message, now))) continue;
      for (const message of this.#usable(group, now)) {
        if (received.length >= max || message.visibleAtMs > now) break;
        message.visibleAtMs = visibleAtMs;
        message.receiveCount++;
        message.firstReceivedMs ??= now;
        message.receiptHandle = `${message.messageId}.${randomUUID()}`;
        received.push({ ...message } as Delivery);
      }
    }
    return received;
  }

  /** As {@link receive}, but waits for a message. Returns none if `signal` is aborted. */
  async receiveWaiting(options: ReceiveOptions, waitMs: number, signal?: AbortSignal): Promise<Delivery[]> {
    const until = performance.now() + waitMs;
    for (;;) {
      const arrived = this.#arrived.promise;
      const received = signal?.aborted === true ? [] : this.receive(options);
      const leftMs = until - performance.now();
      if (received.length > 0 || leftMs <= 0 || signal?.aborted === true) return received;
      const stop = new AbortController();
      const anySignal = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
      const timer = sleep(Math.min(leftMs, this.#untilVisibleMs()), undefined, { signal: anySignal });
      await Promise.race([arrived, timer.catch(() => undefined)]);
      stop.abort();
    }
  }

  /** Deletes a message; a missing one is not an error. @throws ReceiptHandleIsInvalid and others */
  delete(receiptHandle: string): void {
    const message = this.#find(receiptHandle);
    if (message === undefined) return;
    if (message.visibleAtMs <= this.#now()) throw expired(receiptHandle);
    this.#remove(message);
  }

  /**
   * Sets a message's visibility timeout, counted from now; 0 makes it visible immediately.
   * @throws MessageNotInflight and others
   */
  changeVisibility(receiptHandle: string, timeoutMs: number): void {
    const message = this.#find(receiptHandle);
    if (message === undefined || message.visibleAtMs <= this.#now()) {
      throw wireError('MessageNotInflight', 400, 'The message referred to is not in flight.');
    }
    message.visibleAtMs = this.#now() + timeoutMs;
    this.#wake();
  }

  #messagesOf(group: string): Message[] {
    return this.#groups.get(group) ?? [];
  }

  /** Messages of a group, after removing expired ones and dead-lettering those received too often. */
  #usable(group: string, now: number): Message[] {
    const { redrive } = this.settings;
    for (const message of [...this.#messagesOf(group)]) {
      if (now - message.sentMs > RETENTION_MS) this.#remove(message);
      else if (redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount) {
        this.#remove(message);
        const deduplicationId = message.messageId;
        redrive.queue.#add({
          ...{ ...message, deduplicationId },
          ...{ visibleAtMs: 0, receiveCount: 0, receiptHandle: undefined },
        });
      }
    }
    return this.#messagesOf(group);
  }

  #find(receiptHandle: string): Message | undefined {
    const messageId = /^([0-9a-f-]{36})\.[0-9a-f-]{36}$/.exec(receiptHandle)?.[1];
    if (messageId === undefined) {
      throw wireError('ReceiptHandleIsInvalid', 400, 'The input receipt handle is invalid.');
    }
    for (const messages of this.#groups.values()) {
      const message = messages.find((one) => one.messageId === messageId);
      if (message === undefined) continue;
      if (message.receiptHandle !== receiptHandle) throw expired(receiptHandle);
      return message;
    }
    return undefined;
  }

  #add(message: Message): void {
    const messages = this.#groups.get(message.messageGroupId);
    if (messages === undefined) this.#groups.set(message.messageGroupId, [message]);
    else messages.push(message);
    this.#wake();
  }

  #remove(message: Message): void {
    const left = this.#messagesOf(message.messageGroupId).filter((one) => one !== message);
    if (left.length === 0) this.#groups.delete(message.messageGroupId);
    else this.#groups.set(message.messageGroupId, left);
    // The next messages of the group are now receivable.
    this.#wake();
  }

  #wake(): void {
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers<void>();
  }

  #untilVisibleMs(): number {
    const now = this.#now();
    const later = [...this.#groups.values()].flat().filter(({ visibleAtMs }) => visibleAtMs > now);
    return Math.min(2 ** 30, ...later.map(({ visibleAtMs }) => visibleAtMs - now + EXTRA_WAIT_MS));
  }

  #hashOf(body: string): string {
    if (this.settings.contentBasedDeduplication === true)
      return createHash('sha256').update(body).digest('hex');
    throw wireError(
      'InvalidParameterValue',
      400,
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }

  #forgetOld(now: number): void {
    for (const [id, { sentMs }] of this.#recent) {
      if (now - sentMs < DEDUPLICATION_MS) return;
      this.#recent.delete(id);
    }
  }
}

const expired = (receiptHandle: string): Error =>
  wireError(
    'InvalidParameterValue',
    400,
    `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
  );
