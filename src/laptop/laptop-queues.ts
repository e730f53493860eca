import type { IngestOptions } from './services/index.ts';

const QUEUE = 'srag-ingest';
/** Same value as in a deployment. */
const MAX_RECEIVES = 30;
/**
 * Window within which changes are published together, and the delay after it, in seconds; a minute each in a
 * deployment.
 */
const PUBLISH_SECONDS = 2;

/** The queues of the laptop: for a collection's documents in a bucket, and for publication requests. */
export const laptopQueues = (bucket: string, collection: string): IngestOptions => ({
  rules: [{ bucket, prefix: `documents/${collection}/`, messageGroupId: collection }],
  queueName: QUEUE,
  maxReceiveCount: MAX_RECEIVES,
  publishDelaySeconds: PUBLISH_SECONDS,
});

/** Variables with which functions find the {@link laptopQueues} at an endpoint. */
export const queueVariables = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL_SQS: endpoint,
  SRAG_INGEST_QUEUE: `${endpoint}/000000000000/${QUEUE}.fifo`,
  SRAG_PUBLISH_QUEUE: `${endpoint}/000000000000/${QUEUE}-publish.fifo`,
  SRAG_DEAD_LETTERS: `${endpoint}/000000000000/${QUEUE}-dead-letters.fifo`,
  SRAG_PUBLISH_WINDOW_SECONDS: String(PUBLISH_SECONDS),
});
