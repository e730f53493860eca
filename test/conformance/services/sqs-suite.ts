import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { errorName, itBut, type KnownDifferences, type ServicePlace } from './place.ts';

/** The operations of SQS that the ingest queue uses. */
export function sqsSuite(
  name: string,
  makePlace: () => Promise<ServicePlace>,
  differences: KnownDifferences = {},
): void {
  const it = itBut(differences);
  describe(`FIFO queues: ${name}`, () => {
    let client: SQSClient;
    let made = 0;
    beforeAll(async () => {
      client = new SQSClient({ ...(await makePlace()), maxAttempts: 1 });
    });
    afterAll(() => client?.destroy());

    async function queue(attributes: Record<string, string> = {}): Promise<string> {
      const { QueueUrl } = await client.send(
        new CreateQueueCommand({
          QueueName: `queue-${++made}.fifo`,
          Attributes: { FifoQueue: 'true', ...attributes },
        }),
      );
      return QueueUrl!;
    }
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
    const receive = async (
      QueueUrl: string,
      more: Partial<ReceiveMessageCommandInput> = {},
    ): Promise<Message[]> =>
      (
        await client.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0, ...more }),
        )
      ).Messages ?? [];
    const remove = (QueueUrl: string, { ReceiptHandle }: Message) =>
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const bodies = (messages: readonly Message[]): string[] => messages.map(({ Body }) => Body!);

    it('delivers messages in order, with their attributes', async () => {
      const url = await queue();
      const receipts = [];
      for (const body of ['1', '2', '셋']) receipts.push(await send(url, body));
      expect(receipts[2]?.MD5OfMessageBody).toBe(createHash('md5').update('셋').digest('hex'));
      const messages = await receive(url, { MessageSystemAttributeNames: ['All'] });
      expect(bodies(messages)).toEqual(['1', '2', '셋']);
      expect(messages.map(({ MessageId }) => MessageId)).toEqual(receipts.map(({ MessageId }) => MessageId));
      expect(messages[0]?.Attributes).toMatchObject({
        ApproximateReceiveCount: '1',
        MessageGroupId: 'group',
        MessageDeduplicationId: `id-${sent - 2}`,
        SequenceNumber: receipts[0]?.SequenceNumber,
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
      const [first] = await receive(url, { MaxNumberOfMessages: 1 });
      expect(first?.Body).toBe('a1');
      const others = await receive(url);
      expect(bodies(others)).toEqual(['b1', 'b2']);
      expect(await receive(url)).toEqual([]);
      await remove(url, first!);
      expect(bodies(await receive(url))).toEqual(['a2']);
    });

    it('redelivers a message after its visibility timeout, or when it is returned', async () => {
      const url = await queue({ VisibilityTimeout: '1' });
      await send(url, 'again');
      const [first] = await receive(url);
      expect(await receive(url)).toEqual([]);
      const [second] = await receive(url, { WaitTimeSeconds: 5, MessageSystemAttributeNames: ['All'] });
      expect([second?.Body, second?.Attributes?.ApproximateReceiveCount]).toEqual(['again', '2']);
      expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: url,
          ReceiptHandle: second!.ReceiptHandle,
          VisibilityTimeout: 0,
        }),
      );
      const [third] = await receive(url);
      expect(third?.Body).toBe('again');
      await remove(url, third!);
      expect(await receive(url, { WaitTimeSeconds: 2 })).toEqual([]);
    });

    it('returns the messages of a batch individually, and reports failures by entry', async () => {
      const url = await queue();
      for (const body of ['1', '2']) await send(url, body);
      const [first, second] = await receive(url);
      await remove(url, second!);
      const { Successful, Failed } = await client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: url,
          Entries: [first, second].map((message, index) => ({
            Id: `entry-${index}`,
            ReceiptHandle: message!.ReceiptHandle,
            VisibilityTimeout: 0,
          })),
        }),
      );
      expect(Successful?.map(({ Id }) => Id)).toEqual(['entry-0']);
      expect(Failed?.map(({ Id }) => Id)).toEqual(['entry-1']);
      expect(bodies(await receive(url))).toEqual(['1']);
    });

    it('delivers a message of a delayed queue when the delay is over', async () => {
      const url = await queue({ DelaySeconds: '1' });
      await send(url, 'later');
      expect(await receive(url)).toEqual([]);
      expect(bodies(await receive(url, { WaitTimeSeconds: 5 }))).toEqual(['later']);
    });

    it('drops duplicates by deduplication id or content', async () => {
      const url = await queue();
      for (const body of ['x', 'y']) await send(url, body, 'group', { MessageDeduplicationId: 'same' });
      expect(bodies(await receive(url))).toEqual(['x']);
      const byContent = await queue({ ContentBasedDeduplication: 'true' });
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
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] }),
      );
      const url = await queue({
        VisibilityTimeout: '0',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes!.QueueArn, maxReceiveCount: '2' }),
      });
      const { MessageId } = await send(url, 'poison');
      await send(url, 'next');
      for (let time = 0; time < 2; time++) {
        expect(bodies(await receive(url, { MaxNumberOfMessages: 1 }))).toEqual(['poison']);
      }
      expect(bodies(await receive(url, { MaxNumberOfMessages: 1, VisibilityTimeout: 30 }))).toEqual(['next']);
      expect(await receive(dead)).toMatchObject([{ Body: 'poison', MessageId }]);
    });

    it('waits for the next message', async () => {
      const url = await queue();
      const waiting = receive(url, { WaitTimeSeconds: 10 });
      await new Promise((resolve) => setTimeout(resolve, 200));
      await send(url, 'late');
      expect(bodies(await waiting)).toEqual(['late']);
    });

    it('counts messages, and finds queues by name', async () => {
      const url = await queue();
      for (const group of ['a', 'b', 'c']) await send(url, group, group);
      await receive(url, { MaxNumberOfMessages: 1 });
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
      );
      expect(Attributes).toMatchObject({
        FifoQueue: 'true',
        ApproximateNumberOfMessages: '2',
        ApproximateNumberOfMessagesNotVisible: '1',
      });
      const QueueName = url.slice(url.lastIndexOf('/') + 1);
      expect((await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(url);
      await client.send(new DeleteQueueCommand({ QueueUrl: url }));
      expect(await errorName(client.send(new GetQueueUrlCommand({ QueueName })))).toBe('QueueDoesNotExist');
    });

    it('refuses invalid messages, queues and receipt handles', async () => {
      const url = await queue();
      expect(await errorName(send(url, 'x', undefined, { MessageGroupId: '' }))).not.toBe('it was done');
      expect(await errorName(send(url.replace('queue-', 'none-'), 'x'))).toBe('QueueDoesNotExist');
      const bad = client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: 'nonsense' }));
      expect(await errorName(bad)).toBe('ReceiptHandleIsInvalid');
    });
  });
}
