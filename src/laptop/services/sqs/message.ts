/** A message as sent. */
export interface SentMessage {
  readonly body: string;
  readonly messageGroupId: string;
  readonly deduplicationId?: string | undefined;
}

/** What SendMessage returns. */
export interface Receipt {
  readonly messageId: string;
  readonly sequenceNumber: string;
}

export interface Message extends SentMessage, Receipt {
  readonly deduplicationId: string;
  readonly sentMs: number;
  visibleAtMs: number;
  receiveCount: number;
  firstReceivedMs: number | undefined;
  receiptHandle: string | undefined;
}

/** A received message. */
export type Delivery = Readonly<Omit<Message, 'receiptHandle' | 'firstReceivedMs'>> & {
  readonly receiptHandle: string;
  readonly firstReceivedMs: number;
};

/** Whether a message was received, is not deleted, and its visibility timeout has not expired. */
export const isInFlight = ({ receiveCount, visibleAtMs }: Message, now: number): boolean =>
  receiveCount > 0 && visibleAtMs > now;
