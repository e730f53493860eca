import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { ServicePlace } from '../conformance/services/place.ts';
import type { QueuePlace, ReceivedMessage } from '../conformance/services/sqs-suite.ts';

/** The queues of a server with all operations of SQS. */
export function sqsQueues(place: ServicePlace): QueuePlace {
  const client = new SQSClient({ ...place, maxAttempts: 1 });
  const arnOf = async (QueueUrl: string): Promise<string> => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
    return (await client.send(command)).Attributes!.QueueArn!;
  };
  return {
    ...place,
    async create(
      QueueName,
      { visibilitySeconds = 30, delaySeconds = 0, contentBasedDeduplication = false, redrive },
    ) {
      const policy = redrive && {
        deadLetterTargetArn: await arnOf(redrive.url),
        maxReceiveCount: redrive.maxReceiveCount,
      };
      const command = new CreateQueueCommand({
        QueueName,
        Attributes: {
          FifoQueue: 'true',
          VisibilityTimeout: String(visibilitySeconds),
          DelaySeconds: String(delaySeconds),
          ContentBasedDeduplication: String(contentBasedDeduplication),
          ...(policy === undefined ? {} : { RedrivePolicy: JSON.stringify(policy) }),
        },
      });
      return (await client.send(command)).QueueUrl!;
    },
    async receive(QueueUrl, { max = 10, waitSeconds = 0 }) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
      });
      return ((await client.send(command)).Messages ?? []).map(received);
    },
    async delete(QueueUrl, ReceiptHandle) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
  };
}

const received = ({ MessageId, ReceiptHandle, Body, Attributes }: Message): ReceivedMessage => ({
  messageId: MessageId!,
  receiptHandle: ReceiptHandle!,
  body: Body!,
  receiveCount: Number(Attributes?.ApproximateReceiveCount),
  messageGroupId: Attributes!.MessageGroupId!,
  deduplicationId: Attributes!.MessageDeduplicationId!,
  sequenceNumber: Attributes!.SequenceNumber!,
});
