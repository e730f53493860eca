import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { errorName, itBut, type KnownDifferences, type ServicePlace } from './place.ts';

/** A received message. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly receiveCount: number;
  readonly messageGroupId: string;
  readonly deduplicationId: string;
  readonly sequenceNumber: string;
}

/** Settings of a FIFO queue, with SQS's defaults. */
export interface QueueOptions {
  readonly visibilitySeconds?: number;
  readonly delaySeconds?: number;
  readonly contentBasedDeduplication?: boolean;
  readonly redrive?: { readonly url: string; readonly maxReceiveCount: number };
}

export interface ReceiveOptions {
  /** Default 10. */
  readonly max?: number;
  readonly waitSeconds?: number;
}

/** FIFO queues, including operations that no function calls and that the laptop therefore does not offer. */
export interface QueuePlace extends ServicePlace {
  /** Creates a queue and returns its URL. */
  create(name: string, options: QueueOptions): Promise<string>;
  receive(url: string, options: ReceiveOptions): Promise<readonly ReceivedMessage[]>;
  delete(url: string, receiptHandle: string): Promise<void>;
}

/** The behaviour of SQS on which the ingest queues depend. */
export function sqsSuite(
  name: string,
  makePlace: () => Promise<QueuePlace>,
  differences: KnownDifferences = {},
): void {
  const it = itBut(differences);
  describe(`FIFO queues: ${name}`, () => {
    let place: QueuePlace;
    let client: SQSClient;
    let made = 0;
    beforeAll(async () => {
      place = await makePlace();
      const { endpoint, region, credentials } = place;
      client = new SQSClient({ endpoint, region, credentials, maxAttempts: 1 });
    });
    afterAll(() => client?.destroy());

    const queue = (options: QueueOptions = {}): Promise<string> =>
      place.create(`queue-${++made}.fifo`, options);
    let sent = 0;
    const send = (
      QueueUrl: string,
      MessageBody: string,
      MessageGroupId = 'group',
      more: Partial<SendMessageCommandInput> = {},
    ) =>
      client.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody,
          MessageGroupId,
          MessageDeduplicationId: `id-${++sent}`,
          ...more,
        }),
      );
    const receive = (url: string, options: ReceiveOptions = {}) => place.receive(url, options);
    const remove = (url: string, { receiptHandle }: ReceivedMessage) => place.delete(url, receiptHandle);
    const hide = (QueueUrl: string, messages: readonly ReceivedMessage[], VisibilityTimeout: number) =>
      client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl,
          Entries: messages.map(({ receiptHandle: ReceiptHandle }, index) => ({
            Id: `entry-${index}`,
            ReceiptHandle,
            VisibilityTimeout,
          })),
        }),
      );
    const bodies = (messages: readonly ReceivedMessage[]): string[] => messages.map(({ body }) => body);

    it('delivers messages in order, with their attributes', async () => {
      const url = await queue();
      const receipts = [];
      for (const body of ['1', '2', '셋']) receipts.push(await send(url, body));
      expect(receipts[2]?.MD5OfMessageBody).toBe(createHash('md5').update('셋').digest('hex'));
      const messages = await receive(url);
      expect(bodies(messages)).toEqual(['1', '2', '셋']);
      expect(messages.map(({ messageId }) => messageId)).toEqual(receipts.map(({ MessageId }) => MessageId));
      expect(messages[0]).toMatchObject({
        receiveCount: 1,
        messageGroupId: 'group',
        deduplicationId: `id-${sent - 2}`,
        sequenceNumber: receipts[0]?.SequenceNumber,
      });
    });

    it('assigns increasing sequence numbers', async () => {
      const url = await queue();
      const sequence: string[] = [];
      for (let message = 0; message < 12; message++) {
        sequence.push((await send(url, String(message))).SequenceNumber!);
      }
      expect([...sequence].sort()).toEqual(sequence);
    });

    it('delivers no message of a group while another one of it is in flight, but delivers those of other groups', async () => {
      const url = await queue();
      for (const body of ['a1', 'a2']) await send(url, body, 'a');
      for (const body of ['b1', 'b2']) await send(url, body, 'b');
      const [first] = await receive(url, { max: 1 });
      expect(first?.body).toBe('a1');
      const others = await receive(url);
      expect(bodies(others)).toEqual(['b1', 'b2']);
      expect(await receive(url)).toEqual([]);
      await remove(url, first!);
      expect(bodies(await receive(url))).toEqual(['a2']);
    });

    it('redelivers a message after its visibility timeout, or when it is returned to the queue', async () => {
      const url = await queue({ visibilitySeconds: 1 });
      await send(url, 'again');
      const [first] = await receive(url);
      expect(await receive(url)).toEqual([]);
      const [second] = await receive(url, { waitSeconds: 5 });
      expect([second?.body, second?.receiveCount]).toEqual(['again', 2]);
      expect(second?.receiptHandle).not.toBe(first?.receiptHandle);
      await hide(url, [second!], 0);
      const [third] = await receive(url);
      expect(third?.body).toBe('again');
      await remove(url, third!);
      expect(await receive(url, { waitSeconds: 2 })).toEqual([]);
    });

    it('returns the messages of a batch to the queue individually, and reports failures by entry', async () => {
      const url = await queue();
      for (const body of ['1', '2']) await send(url, body);
      const [first, second] = await receive(url);
      await remove(url, second!);
      const { Successful, Failed } = await hide(url, [first!, second!], 0);
      expect(Successful?.map(({ Id }) => Id)).toEqual(['entry-0']);
      expect(Failed?.map(({ Id }) => Id)).toEqual(['entry-1']);
      expect(bodies(await receive(url))).toEqual(['1']);
    });

    it('delivers a message of a delayed queue when the delay is over', async () => {
      const url = await queue({ delaySeconds: 1 });
      await send(url, 'later');
      expect(await receive(url)).toEqual([]);
      expect(bodies(await receive(url, { waitSeconds: 5 }))).toEqual(['later']);
    });

    it('drops duplicates by deduplication id or content', async () => {
      const url = await queue();
      for (const body of ['x', 'y']) await send(url, body, 'group', { MessageDeduplicationId: 'same' });
      expect(bodies(await receive(url))).toEqual(['x']);
      const byContent = await queue({ contentBasedDeduplication: true });
      for (const body of ['x', 'y', 'x']) {
        await send(byContent, body, 'group', { MessageDeduplicationId: undefined });
      }
      expect(bodies(await receive(byContent))).toEqual(['x', 'y']);
      const neither = send(url, 'z', 'group', { MessageDeduplicationId: undefined });
      expect(await errorName(neither)).not.toBe('it was done');
    });

    it('returns the original message id for a duplicate', async () => {
      const url = await queue();
      const one = await send(url, 'x', 'group', { MessageDeduplicationId: 'same' });
      const two = await send(url, 'y', 'group', { MessageDeduplicationId: 'same' });
      expect([two.MessageId, two.SequenceNumber]).toEqual([one.MessageId, one.SequenceNumber]);
    });

    it('moves a message to the dead-letter queue after too many deliveries', async () => {
      const dead = await queue();
      const url = await queue({ visibilitySeconds: 0, redrive: { url: dead, maxReceiveCount: 2 } });
      const { MessageId } = await send(url, 'poison');
      await send(url, 'next');
      for (let time = 0; time < 2; time++) {
        expect(bodies(await receive(url, { max: 1 }))).toEqual(['poison']);
      }
      expect(bodies(await receive(url, { max: 1 }))).toEqual(['next']);
      expect(await receive(dead)).toMatchObject([{ body: 'poison', messageId: MessageId }]);
    });

    it('waits for the next message', async () => {
      const url = await queue();
      const waiting = receive(url, { waitSeconds: 10 });
      await new Promise((resolve) => setTimeout(resolve, 200));
      await send(url, 'late');
      expect(bodies(await waiting)).toEqual(['late']);
    });

    it('refuses invalid messages, queues and receipt handles', async () => {
      const url = await queue();
      expect(await errorName(send(url, 'x', undefined, { MessageGroupId: '' }))).not.toBe('it was done');
      expect(await errorName(send(url.replace('queue-', 'none-'), 'x'))).toBe('QueueDoesNotExist');
      await send(url, 'x');
      const [message] = await receive(url);
      const { Failed } = await hide(url, [{ ...message!, receiptHandle: 'nonsense' }], 0);
      expect(Failed).toMatchObject([{ Id: 'entry-0', Code: 'ReceiptHandleIsInvalid', SenderFault: true }]);
    });
  });
}
