/** What a sender gives. */
export interface SentMessage {
  readonly body: string;
  readonly messageGroupId: string;
  readonly deduplicationId?: string | undefined;
}

/** What a sender is told. */
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

/** A message on its way to who received it. */
export type Delivery = Readonly<Omit<Message, 'receiptHandle' | 'firstReceivedMs'>> & {
  readonly receiptHandle: string;
  readonly firstReceivedMs: number;
};

/** Whether somebody has received the message and neither deleted it nor let its time pass. */
export const isInFlight = ({ receiveCount, visibleAtMs }: Message, now: number): boolean =>
  receiveCount > 0 && visibleAtMs > now;
