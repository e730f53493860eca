import { AwsJsonRpc, awsRpcSettings } from '../../../io/remote/index.ts';
import { type Environment, type FunctionSettings, functionEnvironment } from '../environment.ts';
import { PUBLISH_REQUEST, type QueueMessage } from './event.ts';

/** The queues of a deployment, as far as the function itself works with them. */
export class MessageQueues {
  readonly #settings: FunctionSettings;
  readonly #sqs: AwsJsonRpc | undefined;

  constructor(settings: FunctionSettings, environment: Environment = functionEnvironment()) {
    this.#settings = settings;
    const sqs = awsRpcSettings('sqs', environment);
    this.#sqs = sqs && new AwsJsonRpc('sqs', sqs);
  }

  close(): void {
    this.#sqs?.close();
  }

  /** Hides messages from other readers, for so many seconds from now. Nothing is done about unknown queues. */
  async hide(messages: readonly QueueMessage[], seconds: number): Promise<void> {
    const { SRAG_INGEST_QUEUE, SRAG_PUBLISH_QUEUE } = this.#settings;
    for (const url of [SRAG_INGEST_QUEUE, SRAG_PUBLISH_QUEUE]) {
      const own = messages.filter(
        ({ queue, receiptHandle }) => receiptHandle !== undefined && url?.endsWith(`/${queue}`),
      );
      if (own.length === 0) continue;
      await this.#sqs?.call('ChangeMessageVisibilityBatch', {
        QueueUrl: url,
        Entries: own.map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        })),
      });
    }
  }

  /**
   * Puts a copy of a message among the dead letters, as SQS does with those that were received too often. False where
   * the deployment has none: SQS must move the message itself.
   */
  async bury({ messageId, body }: QueueMessage, group: string): Promise<boolean> {
    const { SRAG_DEAD_LETTERS: url } = this.#settings;
    if (url === undefined || this.#sqs === undefined) return false;
    await this.#send(url, body, group, messageId);
    return true;
  }

  /**
   * Asks for an index of the collection as it is now. Requests within one window are one; the queue gives it out when
   * the window is over. False where the deployment has no such queue.
   */
  async requestPublication(group: string, now: number = Date.now()): Promise<boolean> {
    const { SRAG_PUBLISH_QUEUE: url, SRAG_PUBLISH_WINDOW_SECONDS: seconds } = this.#settings;
    if (url === undefined || this.#sqs === undefined) return false;
    await this.#send(url, PUBLISH_REQUEST, group, `${group}-${Math.floor(now / (seconds * 1_000))}`);
    return true;
  }

  async #send(QueueUrl: string, body: string, group: string, deduplicationId: string): Promise<void> {
    await this.#sqs?.call('SendMessage', {
      QueueUrl,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: deduplicationId,
    });
  }
}
