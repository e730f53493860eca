import { rate, type Sheet } from './sheet.ts';

/** 262,800,000 requests, at most 500/s, over 5 million vectors of 384 dimensions. */
export const SERVER: Sheet = {
  name: 'a server with an in-memory index',
  backend: 'in-memory-server',
  workload: { ...rate(100, 500), rows: 5_000_000, dimensions: 384, textBytesPerRow: 1_000 },
  // 1.1 x (1,536 + 128) x 5 million + 1,000 x 5 million bytes
  figures: { warmMs: 2, indexBytes: 14_152_000_000 },
  lines: {
    // 262,800,000 x 6,000 bytes = 1,468.5094 GB x 0.09
    'gateway.transfer': '132.1658',
    // 262,800,000 x 480 bytes = 117.4808 GB x 0.50
    'logs.ingestion': '58.7404',
    // (5 million x (1,536 + 1,100) + 14,152,000,000) bytes = 25.4549 GB x 0.023
    'rest.storage': '0.5855',
    // 13.1801 GB do not fit in 16 x 0.8 - 1 = 11.8 GB, but in 32 x 0.8 - 1; the peak needs
    // 500 x 0.002 s / 0.5 = 2 of 4 processors: 730 h x 0.2142
    'fixed.ec2.r7g.xlarge': '156.3660',
    // 8 + 14 GB x 0.08
    'fixed.ebs.gp3': '1.7600',
  },
  // 0.5855 + 156.366 + 1.76; all lines; 349.6177 / 262.8
  totals: { idle: '158.71', month: '349.62', million: '1.33' },
};

/** 131,400 questions over 50,000 vectors of 4,196 bytes with texts of 8,000 bytes; 10 rows change per day. */
export const KNOWLEDGE_BASE: Sheet = {
  name: 'a knowledge base on S3 Vectors, with the minimum of a write and returned texts',
  backend: 'bedrock-knowledge-base-s3-vectors',
  workload: {
    ...rate(0.05),
    route: 'query',
    rows: 50_000,
    dimensions: 1_024,
    textBytesPerRow: 8_000,
    updatedRowsPerDay: 10,
    topK: 100,
  },
  figures: {},
  lines: {
    // 131,400 x 6,000 bytes = 0.7343 GB x 0.09
    'gateway.transfer': '0.0661',
    // 131,400 x 15 tokens x 0.02 / million
    'embedding.tokens': '0.0394',
    // 131,400 x 3,000 tokens = 394,200,000 x 0.06 / million
    'generation.input-tokens': '23.6520',
    // 131,400 x 200 tokens = 26,280,000 x 0.24 / million
    'generation.output-tokens': '6.3072',
    // 50,000 x 8,000 bytes = 0.3725 GB x 0.023
    'rest.storage': '0.0086',
    // 131,400 x 2.50 / million
    'used.s3-vectors.queries': '0.3285',
    // 131,400 x 50,000 x 4,196 bytes = 25.0727 TB x 0.004
    'used.s3-vectors.processed-first': '0.1003',
    // 131,400 x (100 x (36 + 64 + 8,000) - 524,288) bytes = 34.9642 GB x 0.01
    'used.s3-vectors.returned': '0.3496',
    // 10 x 30.416667 rows x 2,000 tokens = 608,333 x 0.02 / million
    'updates.embedding.tokens': '0.0122',
    // 10 x (4,196 + 8,000) = 121,960 bytes are billed as 128 KB: 30.416667 x 131,072 bytes = 0.00371 GB x 0.20
    'updates.s3-vectors.puts': '0.0007',
    // 50,000 x (4,196 + 8,000) bytes = 0.5679 GB x 0.06
    'fixed.s3-vectors.storage': '0.0341',
  },
  // 0.0086 + 0.0341; all lines; 30.8987 / 0.1314
  totals: { idle: '0.04', month: '30.90', million: '235.15' },
};
