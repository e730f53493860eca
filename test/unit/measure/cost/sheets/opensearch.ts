import { FUNCTIONS_ONLY, rate, type Sheet } from './sheet.ts';

/** 78,840,000 requests, at most 300/s, over 3 million vectors of 768 dimensions. */
export const SERVERLESS: Sheet = {
  name: 'OpenSearch Serverless with replicas, whose units are determined by memory',
  backend: 'opensearch-serverless',
  workload: {
    ...FUNCTIONS_ONLY,
    ...rate(30, 300),
    gateway: 'none',
    rows: 3_000_000,
    dimensions: 768,
    textBytesPerRow: 1_000,
  },
  figures: { indexBytes: 12 * 2 ** 30 },
  lines: {
    // 78,840,000 x 0.010 s x 0.5 GB = 394,200 GB-s x 0.0000133334
    'lambda.compute.retrieve': '5.2560',
    // 78,840,000 x 0.20 / million
    'lambda.requests': '15.7680',
    // 78,840,000 x 6,000 bytes = 440.5528 GB x 0.09
    'gateway.transfer': '39.6498',
    // 78,840,000 x 1,080 bytes = 79.2995 GB x 0.50
    'logs.ingestion': '39.6498',
    // 3 million x (4 x 768 + 1,100) bytes = 11.6564 GB x 0.023
    'rest.storage': '0.2681',
    // graph 1.1 x (4 x 768 + 8 x 16) x 3 million = 9.8348 GB / 3 GB = 3.28, so 4 units; the peak needs
    // 300 / 2 / 50 = 3; indexing has 0.5: (4 + 0.5) x 2 x 730 h = 6,570 x 0.24
    'fixed.opensearch.ocu': '1576.8000',
    // 12 GB x 0.024
    'fixed.opensearch.serverless-storage': '0.2880',
  },
  // 0.2681 + 1,576.80 + 0.288; all lines; 1,677.6796 / 78.84
  totals: { idle: '1577.36', month: '1677.68', million: '21.28' },
};

/** 1,314 requests; 2,000 rows change per day. */
export const NEXT: Sheet = {
  name: 'OpenSearch Serverless that sleeps most of the time',
  backend: 'opensearch-serverless-next',
  workload: {
    ...FUNCTIONS_ONLY,
    ...rate(0.0005),
    gateway: 'none',
    rows: 200_000,
    dimensions: 384,
    textBytesPerRow: 1_000,
    updatedRowsPerDay: 2_000,
  },
  figures: { indexBytes: 2 ** 29, buildMs: 36_000 },
  lines: {
    // 1,314 x 0.010 s x 0.5 GB = 6.57 GB-s x 0.0000133334
    'lambda.compute.retrieve': '0.0001',
    // 1,314 x 0.20 / million
    'lambda.requests': '0.0003',
    // 1,314 x 6,000 bytes = 0.00734 GB x 0.09
    'gateway.transfer': '0.0007',
    // 1,314 x 1,080 bytes = 0.00132 GB x 0.50
    'logs.ingestion': '0.0007',
    // 200,000 x (1,536 + 1,100) bytes = 0.4910 GB x 0.023
    'rest.storage': '0.0113',
    // 30.416667 builds x 36 s x 3,008 / 1,024 GB = 3,216.56 GB-s x 0.0000133334
    'updates.lambda.arm64.compute': '0.0429',
    // The builds write no index to S3.
    // awake 1 - e^(-0.0005 x 600) = 0.259182 of 730 h with 0.5 units = 94.6014 h; indexing 30.416667 x
    // (2,000 / 200 + 600) s with 0.5 units = 2.5770 h: 97.1783 x 0.24
    'fixed.opensearch.ocu': '23.3228',
    // 0.5 GB x 0.024
    'fixed.opensearch.serverless-storage': '0.0120',
  },
  // No units: 0.0113 + 0.0120; all lines; 23.3906 / 0.001314
  totals: { idle: '0.02', month: '23.39', million: '17801.10' },
};

/** 131,400,000 requests, at most 150/s, over a million vectors of 1,024 dimensions. */
export const MANAGED: Sheet = {
  name: 'a managed domain of two nodes with a replica',
  backend: 'opensearch-managed',
  workload: {
    ...FUNCTIONS_ONLY,
    ...rate(50, 150),
    gateway: 'none',
    rows: 1_000_000,
    dimensions: 1_024,
    textBytesPerRow: 1_000,
  },
  figures: { indexBytes: 10 * 2 ** 30 },
  lines: {
    // 131,400,000 x 0.010 s x 0.5 GB = 657,000 GB-s x 0.0000133334
    'lambda.compute.retrieve': '8.7600',
    // 131,400,000 x 0.20 / million
    'lambda.requests': '26.2800',
    // 131,400,000 x 6,000 bytes = 734.2547 GB x 0.09
    'gateway.transfer': '66.0829',
    // 131,400,000 x 1,080 bytes = 132.1658 GB x 0.50
    'logs.ingestion': '66.0829',
    // a million x (4,096 + 1,100) bytes = 4.8391 GB x 0.023
    'rest.storage': '0.1113',
    // graph 1.1 x (4,096 + 128) x a million x 2 copies = 8.6546 GB on 2 nodes: an r7g.large holds
    // (16 - 8) / 2 = 4 GB, an r7g.xlarge 8 GB: 2 x 730 h x 0.356
    'fixed.opensearch.r7g.xlarge': '519.7600',
    // 10 GB x 2 copies x 1.45 / 2 nodes = 14.5, so 15 GB each: 30 x 0.122
    'fixed.opensearch.gp3': '3.6600',
  },
  // 0.1113 + 519.76 + 3.66; all lines; 690.7372 / 131.4
  totals: { idle: '523.53', month: '690.74', million: '5.26' },
};
