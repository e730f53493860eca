import { FUNCTIONS_ONLY, rate, type Sheet } from './sheet.ts';

/** 5,256,000 requests, of which 105,120 are cold; 10,000 rows change per day. */
export const SNAPSHOT: Sheet = {
  name: 'a snapshot with cold starts, an embedding model and updates',
  backend: 'snapshot',
  workload: {
    ...FUNCTIONS_ONLY,
    ...rate(2),
    gateway: 'http',
    embedding: 'amazon.titan-embed-text-v2:0',
    rows: 200_000,
    dimensions: 384,
    textBytesPerRow: 1_000,
    updatedRowsPerDay: 10_000,
  },
  figures: { warmMs: 20, coldShare: 0.02, memoryMb: 1_024, warmReads: 3, bytesRead: 1_000_000 },
  lines: {
    // (5,150,880 x (20 + 80) ms + 105,120 x (300 + 80 + 200) ms) x 1 GB = 576,057.6 GB-s x 0.0000133334
    'lambda.compute.retrieve': '7.6808',
    // 5,256,000 x 0.20 / million
    'lambda.requests': '1.0512',
    // 5,256,000 x 1.00 / million
    'gateway.requests': '5.2560',
    // 5,256,000 x 6,000 bytes = 29.3702 GB x 0.09
    'gateway.transfer': '2.6433',
    // 5,256,000 x 15 tokens = 78,840,000 x 0.02 / million
    'embedding.tokens': '1.5768',
    // 5,256,000 x (760 + 320) bytes = 5.2866 GB x 0.50
    'logs.ingestion': '2.6433',
    // 5,150,880 x 3 + 105,120 x 20 = 17,555,040 x 0.0004 / thousand
    'storage.reads': '7.0220',
    // within a region
    'storage.transfer': '0.0000',
    // corpus 200,000 x (4 x 384 + 1.1 x 1,000) bytes = 0.4910 GB, and 2 versions of 1 GB: 2.4910 x 0.023
    'rest.storage': '0.0573',
    // 10,000 x 30.416667 rows x 1,000 / 4 tokens = 76,041,667 x 0.02 / million
    'updates.embedding.tokens': '1.5208',
    // 30.416667 builds x 60 s x 3,008 / 1,024 GB = 5,360.94 GB-s x 0.0000133334
    'updates.lambda.arm64.compute': '0.0715',
    // 30.416667 builds x 1 GB / 8 MB = 3,893.33 x 0.005 / thousand
    'updates.s3.writes': '0.0195',
  },
  // The storage; all lines; 29.5425 / 5.256
  totals: { idle: '0.06', month: '29.54', million: '5.62' },
};

/** 262,800 requests over 25 million vectors of 4 x 1,024 + 36 + 64 = 4,196 bytes: all three tiers. */
export const S3_VECTORS: Sheet = {
  name: 'S3 Vectors with an index in all tiers of processed data',
  backend: 's3-vectors',
  workload: {
    ...FUNCTIONS_ONLY,
    ...rate(0.1),
    rows: 25_000_000,
    dimensions: 1_024,
    textBytesPerRow: 1_000,
    topK: 250,
  },
  figures: { warmMs: 110, memoryMb: 1_024, indexBytes: 10 * 2 ** 30 },
  lines: {
    // 262,800 x 0.110 s x 1 GB = 28,908 GB-s x 0.0000133334
    'lambda.compute.retrieve': '0.3854',
    // 262,800 x 0.20 / million
    'lambda.requests': '0.0526',
    // 262,800 x 3.50 / million
    'gateway.requests': '0.9198',
    // 262,800 x 6,000 bytes = 1.4685 GB x 0.09
    'gateway.transfer': '0.1322',
    // 262,800 x 1,080 bytes = 0.2643 GB x 0.50
    'logs.ingestion': '0.1322',
    // 25 million x (4,096 + 1,100) bytes = 120.9788 GB, and 2 x 10 GB of texts and words: 140.9788 x 0.023
    'rest.storage': '3.2425',
    // 250 results are 3 pages of 100: 788,400 x 2.50 / million
    'used.s3-vectors.queries': '1.9710',
    // 262,800 x 100,000 x 4,196 bytes = 100.2908 TB x 0.004
    'used.s3-vectors.processed-first': '0.4012',
    // 262,800 x 9,900,000 x 4,196 bytes = 9,928.7873 TB x 0.002
    'used.s3-vectors.processed-middle': '19.8576',
    // 262,800 x 15,000,000 x 4,196 bytes = 15,043.6172 TB x 0.0004
    'used.s3-vectors.processed-last': '6.0174',
    // 2 versions x 25 million x 4,196 bytes = 195.3915 GB x 0.06
    'fixed.s3-vectors.storage': '11.7235',
  },
  // Both storages; all lines; 44.8353 / 0.2628
  totals: { idle: '14.97', month: '44.84', million: '170.61' },
};

/** No requests: alarms, metrics, dashboard, queue and a warm-up every five minutes. */
export const IDLE_DEPLOYMENT: Sheet = {
  name: 'a whole deployment that nobody uses',
  backend: 'snapshot',
  workload: { ...rate(0), rows: 100_000, dimensions: 384, textBytesPerRow: 1_000 },
  figures: { warmMs: 8, memoryMb: 1_769, indexBytes: 2 ** 27 },
  lines: {
    // 730 x 60 / 5 = 8,760 calls, free
    'warmup.schedule': '0.0000',
    // 8,760 x 0.038 s x 0.5 GB = 166.44 GB-s x 0.0000133334
    'warmup.lambda.compute.warmup': '0.0022',
    // 8,760 x 2 x 0.20 / million
    'warmup.lambda.requests': '0.0035',
    // 8,760 x 0.008 s x 1,769 / 1,024 GB = 121.07 GB-s x 0.0000133334
    'warmup.lambda.compute.retrieve': '0.0016',
    // 8,760 x 640 bytes = 0.00522 GB x 0.50
    'warmup.logs.ingestion': '0.0026',
    // 100,000 x (1,536 + 1,100) bytes = 0.2455 GB, and 2 x 0.125 GB: 0.4955 x 0.023
    'rest.storage': '0.0114',
    // 6 x 0.30
    'fixed.cloudwatch.custom-metric': '1.8000',
    // 25 x 0.10
    'fixed.cloudwatch.alarm': '2.5000',
    // 1 x 3.00
    'fixed.cloudwatch.dashboard': '3.0000',
    // 30 x 2 / 100,000
    'fixed.sns.emails': '0.0006',
    // 2 queues x 5 pollers x 3 per minute x 60 x 730 = 1,314,000 x 0.50 / million
    'fixed.sqs.fifo.requests': '0.6570',
  },
  totals: { idle: '7.98', month: '7.98', million: undefined },
};
