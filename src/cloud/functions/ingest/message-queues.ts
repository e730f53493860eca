import { AwsJsonRpc, awsRpcSettings } from '../../../io/remote/index.ts';
import { type Environment, type FunctionSettings, functionEnvironment } from '../environment.ts';
import { PUBLISH_REQUEST, type QueueMessage } from './event.ts';

/** The queue operations that the function performs itself, instead of leaving them to Lambda. */
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

  /** Hides messages from other consumers for `seconds` from now. Messages of unknown queues are ignored. */
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
   * Sends a copy of a message to the dead letters, as SQS does after too many deliveries. Returns false if
   * the deployment has no such queue: SQS must then move the message itself.
   */
  async sendToDeadLetters({ messageId, body }: QueueMessage, group: string): Promise<boolean> {
    const { SRAG_DEAD_LETTERS: url } = this.#settings;
    if (url === undefined || this.#sqs === undefined) return false;
    await this.#send(url, body, group, messageId);
    return true;
  }

  /**
   * Requests an index of the current collection. Requests within one window are merged; the queue delivers
   * them when the window is over. Returns false if the deployment has no such queue.
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
