import { Access } from '../../../src/io/http-server/index.ts';
import { laptopCredentials } from '../../../src/laptop/index.ts';
import { createJsonServer } from '../../../src/laptop/services/json/server.ts';
import { listen } from '../../../src/laptop/services/listen.ts';
import { Queues } from '../../../src/laptop/services/sqs/queues.ts';
import { sqsService } from '../../../src/laptop/services/sqs/service.ts';
import type { QueuePlace } from './sqs-suite.ts';

/** Any queues behind the laptop's SQS. */
export async function startLaptopQueues(): Promise<QueuePlace & { stop(): Promise<void> }> {
  const queues = new Queues('us-east-1');
  const server = createJsonServer([sqsService(queues)], [], new Access({}));
  const { endpoint, close } = await listen(server, 0, 'port');
  return {
    endpoint,
    region: 'us-east-1',
    credentials: laptopCredentials('queues'),
    async create(
      name,
      { visibilitySeconds = 30, delaySeconds = 0, contentBasedDeduplication = false, redrive },
    ) {
      queues.create({
        name,
        visibilityTimeoutMs: visibilitySeconds * 1_000,
        delayMs: delaySeconds * 1_000,
        contentBasedDeduplication,
        redrive: redrive && {
          queue: queues.byUrl(redrive.url),
          maxReceiveCount: redrive.maxReceiveCount,
        },
      });
      return `${endpoint}/000000000000/${name}`;
    },
    receive: (url, { max = 10, waitSeconds = 0 }) =>
      queues.byUrl(url).receiveWaiting({ max }, waitSeconds * 1_000),
    delete: async (url, receiptHandle) => queues.byUrl(url).delete(receiptHandle),
    stop: close,
  };
}
