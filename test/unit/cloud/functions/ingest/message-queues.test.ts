import { afterEach, describe, expect, it } from 'vitest';
import { functionSettings } from '../../../../../src/cloud/functions/environment.ts';
import type { QueueMessage } from '../../../../../src/cloud/functions/ingest/event.ts';
import { Lease } from '../../../../../src/cloud/functions/ingest/lease.ts';
import { MessageQueues } from '../../../../../src/cloud/functions/ingest/message-queues.ts';
import { type LocalServer, startHttpServer, until } from '../../../../support/http-server.ts';

const ACCOUNT = 'https://sqs.eu-west-1.amazonaws.com/123456789012';
const QUEUES = {
  SRAG_LOCATION: 's3://b/p',
  SRAG_INGEST_QUEUE: `${ACCOUNT}/demo-ingest.fifo`,
  SRAG_PUBLISH_QUEUE: `${ACCOUNT}/demo-publish.fifo`,
  SRAG_DEAD_LETTERS: `${ACCOUNT}/demo-ingest-dead.fifo`,
};

let server: LocalServer | undefined;
afterEach(() => server?.stop());

interface Sent {
  readonly target: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs of several operations.
  readonly input: any;
}

/** Queues on a server that answers like SQS: SendMessage returns a result, other calls an empty body. */
async function queues(settings: Readonly<Record<string, string>> = QUEUES) {
  const sent: Sent[] = [];
  server = await startHttpServer(({ headers, bytes }, response) => {
    sent.push({ target: String(headers['x-amz-target']), input: JSON.parse(Buffer.from(bytes).toString()) });
    const isSend = String(headers['x-amz-target']).endsWith('.SendMessage');
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
      .end(isSend ? '{"MessageId":"m","SequenceNumber":"1"}' : '');
  });
  const environment = {
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
    AWS_ENDPOINT_URL_SQS: server.url,
  };
  return { sent, queues: new MessageQueues(functionSettings(settings), environment) };
}

const message = (id: string, receives = 1, queue = 'demo-ingest.fifo'): QueueMessage => ({
  ...{ messageId: id, body: `body of ${id}`, receiptHandle: `receipt-${id}`, receives, queue },
});

describe('the queues of ingest', () => {
  it('hide a batch of messages with one request for each queue', async () => {
    const { sent, queues: own } = await queues();
    await own.hide([message('1'), message('2'), message('3', 1, 'demo-publish.fifo')], 45);
    expect(sent).toEqual([
      {
        target: 'AmazonSQS.ChangeMessageVisibilityBatch',
        input: {
          QueueUrl: QUEUES.SRAG_INGEST_QUEUE,
          Entries: [
            { Id: '0', ReceiptHandle: 'receipt-1', VisibilityTimeout: 45 },
            { Id: '1', ReceiptHandle: 'receipt-2', VisibilityTimeout: 45 },
          ],
        },
      },
      {
        target: 'AmazonSQS.ChangeMessageVisibilityBatch',
        input: {
          QueueUrl: QUEUES.SRAG_PUBLISH_QUEUE,
          Entries: [{ Id: '0', ReceiptHandle: 'receipt-3', VisibilityTimeout: 45 }],
        },
      },
    ]);
  });

  it('dead-letter a message as SQS does: with its body and group, and its id as deduplication id', async () => {
    const { sent, queues: own } = await queues();
    expect(await own.sendToDeadLetters(message('1'), 'handbook')).toBe(true);
    expect(sent).toEqual([
      {
        target: 'AmazonSQS.SendMessage',
        input: {
          QueueUrl: QUEUES.SRAG_DEAD_LETTERS,
          MessageBody: 'body of 1',
          MessageGroupId: 'handbook',
          MessageDeduplicationId: '1',
        },
      },
    ]);
  });

  it('use one deduplication id per window, so that SQS keeps one publication request per window', async () => {
    const { sent, queues: own } = await queues();
    for (const seconds of [0, 59, 60, 119, 120]) await own.requestPublication('handbook', seconds * 1_000);
    expect(sent.map(({ input }) => input.MessageDeduplicationId)).toEqual([
      ...['handbook-0', 'handbook-0', 'handbook-1', 'handbook-1', 'handbook-2'],
    ]);
  });

  it('send nothing in a deployment without queues, and return false', async () => {
    const { sent, queues: own } = await queues({ SRAG_LOCATION: 's3://b/p' });
    await own.hide([message('1')], 45);
    expect(await own.sendToDeadLetters(message('1'), 'handbook')).toBe(false);
    expect(await own.requestPublication('handbook')).toBe(false);
    expect(sent).toEqual([]);
  });
});

describe('a message lease', () => {
  const hidden = (sent: readonly Sent[]) =>
    sent.map(({ input }) =>
      input.Entries.map((entry: { ReceiptHandle: string; VisibilityTimeout: number }) => [
        entry.ReceiptHandle,
        entry.VisibilityTimeout,
      ]),
    );

  it('is renewed as long as the work continues', async () => {
    const { sent, queues: own } = await queues();
    const lease = new Lease(own, [message('1')], 0.3);
    await until(() => sent.length >= 3);
    await lease.end([]);
    const { length } = sent;
    expect(new Set(sent.map(({ input }) => input.Entries[0].VisibilityTimeout))).toEqual(new Set([0.3]));
    await new Promise((done) => setTimeout(done, 250));
    expect(sent).toHaveLength(length);
  });

  it('delays failed messages when it ends, longer after each delivery, and does not delay messages that were not started', async () => {
    const { sent, queues: own } = await queues();
    const failed = [message('1', 1), message('2', 3), message('3', 20)];
    const lease = new Lease(own, failed, 45);
    await lease.end(failed, [message('4', 7)]);
    expect(hidden(sent.slice(1))).toEqual([
      [['receipt-1', 5]],
      [['receipt-2', 20]],
      [['receipt-3', 60]],
      [['receipt-4', 0]],
    ]);
  });

  it('does not interrupt the work if SQS is unreachable', async () => {
    const { queues: own } = await queues();
    await server?.stop();
    server = undefined;
    const lease = new Lease(own, [message('1')], 45);
    await expect(lease.end([message('1')])).resolves.toBeUndefined();
  });
});
