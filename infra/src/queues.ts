import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Data } from './data.ts';

/** A standard queue, encrypted and accessible by TLS only. */
export function standardQueue(scope: Construct, id: string, { key }: Data, props: QueueProps): Queue {
  return new Queue(scope, id, {
    enforceSSL: true,
    ...(key === undefined
      ? { encryption: QueueEncryption.SQS_MANAGED }
      : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
    ...props,
  });
}

/** Like {@link standardQueue}, but first in, first out within a message group. */
export function fifoQueue(
  scope: Construct,
  id: string,
  queueName: string,
  data: Data,
  props: QueueProps,
): Queue {
  return standardQueue(scope, id, data, { queueName, fifo: true, contentBasedDeduplication: true, ...props });
}
