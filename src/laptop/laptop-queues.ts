import type { IngestOptions } from './services/index.ts';

const QUEUE = 'srag-ingest';
/** Maximum deliveries of a message, as in a deployment. */
const MAX_RECEIVES = 30;
/**
 * Seconds after which changes are published together: both the time window of one publication and the delay
 * of a publication request. In a deployment, each is about a minute.
 */
const PUBLISH_SECONDS = 2;

/** Options of the laptop's queues: one for the documents of a collection, one for publication requests. */
export const laptopQueues = (bucket: string, collection: string): IngestOptions => ({
  rules: [{ bucket, prefix: `documents/${collection}/`, messageGroupId: collection }],
  queueName: QUEUE,
  maxReceiveCount: MAX_RECEIVES,
  publishDelaySeconds: PUBLISH_SECONDS,
});

/** Environment variables that give functions the addresses of the {@link laptopQueues}. */
export const queueVariables = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL_SQS: endpoint,
  SRAG_INGEST_QUEUE: `${endpoint}/000000000000/${QUEUE}.fifo`,
  SRAG_PUBLISH_QUEUE: `${endpoint}/000000000000/${QUEUE}-publish.fifo`,
  SRAG_DEAD_LETTERS: `${endpoint}/000000000000/${QUEUE}-dead-letters.fifo`,
  SRAG_PUBLISH_WINDOW_SECONDS: String(PUBLISH_SECONDS),
});
