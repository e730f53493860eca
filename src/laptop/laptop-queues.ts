import type { IngestOptions } from './services/index.ts';

const QUEUE = 'srag-ingest';
/** As deployed. */
const MAX_RECEIVES = 30;
/** Seconds within which changes are published together, and then a wait of as many: a minute each when deployed. */
const PUBLISH_SECONDS = 2;

/** The queues of the laptop: of documents of a collection in a bucket, and of requests to publish. */
export const laptopQueues = (bucket: string, collection: string): IngestOptions => ({
  rules: [{ bucket, prefix: `documents/${collection}/`, messageGroupId: collection }],
  queueName: QUEUE,
  maxReceiveCount: MAX_RECEIVES,
  publishDelaySeconds: PUBLISH_SECONDS,
});

/** Variables by which functions find the {@link laptopQueues} at an endpoint. */
export const queueVariables = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL_SQS: endpoint,
  SRAG_INGEST_QUEUE: `${endpoint}/000000000000/${QUEUE}.fifo`,
  SRAG_PUBLISH_QUEUE: `${endpoint}/000000000000/${QUEUE}-publish.fifo`,
  SRAG_DEAD_LETTERS: `${endpoint}/000000000000/${QUEUE}-dead-letters.fifo`,
  SRAG_PUBLISH_WINDOW_SECONDS: String(PUBLISH_SECONDS),
});
