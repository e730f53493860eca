import type { BackendFigures } from '../figures.ts';
import { GIBIBYTE, KEPT_VERSIONS, KEY_BYTES, KIBIBYTE, MEBIBYTE, TEBIBYTE, vectorBytes } from '../sizes.ts';
import { buildsPerMonth, searchesPerMonth, type Workload } from '../workload.ts';
import {
  type BackendPlan,
  functionAssumptions,
  functionLimits,
  functionsMonth,
  type Priced,
  storedBytes,
} from './functions.ts';

/** Most vectors and bytes of a `PutVectors` request, and the bytes that it is billed for at least. */
const PUT_VECTORS = 500;
const PUT_BYTES = 20 * MEBIBYTE;
const MIN_PUT_BYTES = 128 * KIBIBYTE;
/** Results of an answer; more need further requests. */
const PAGE = 100;
/** Bytes of an answer that are free. */
const FREE_RETURNED = 512 * KIBIBYTE;
/** Rows of an index up to which each price of processed data applies. */
const TIERS = [
  ['s3-vectors.processed-first', 100_000],
  ['s3-vectors.processed-middle', 10_000_000],
  ['s3-vectors.processed-last', Number.POSITIVE_INFINITY],
] as const;
/** AWS states hundreds of requests per second and index. */
const MAX_RATE = 500;
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-limitations.html */
const [MAX_DIMENSIONS, MAX_FILTERABLE_BYTES, MAX_TOP_K] = [4_096, 2 * KIBIBYTE, 10_000];

/** A srag deployment whose vectors are in S3 Vectors, with texts and words in a snapshot without vectors. */
export function s3Vectors(workload: Workload, figures: BackendFigures): BackendPlan {
  const plan = functionsMonth(workload, figures, storedBytes(workload, figures));
  const { rows } = workload;
  const { used = [], fixed = [], updates } = plan;
  const puts = {
    price: 's3-vectors.puts',
    quantity: buildsPerMonth(workload) * putGigabytes(workload, rows),
  };
  return {
    plan: {
      ...plan,
      used: [...used, ...queryUse(workload)],
      fixed: [...fixed, vectorStorage(workload, KEPT_VERSIONS)],
      updates: { use: {}, ...updates, priced: [...(updates?.priced ?? []), puts] },
    },
    assumptions: [
      ...functionAssumptions(workload, figures),
      `a vector has ${vectorBytes(workload)} bytes with key and filterable metadata; ${KEPT_VERSIONS} index versions are kept, each a full copy`,
      'a query processes all vectors of its index',
    ],
    limits: [...functionLimits(workload, figures), ...vectorLimits(workload)],
  };
}

/**
 * Queries of the month: requests, processed bytes by tier, and returned bytes.
 * @param metadataBytes metadata of a hit in the answer; srag asks for none
 */
export function queryUse(workload: Workload, metadataBytes = 0): Priced {
  const searches = searchesPerMonth(workload);
  const { rows, topK } = workload;
  const returned = topK * (KEY_BYTES + metadataBytes);
  let counted = 0;
  return [
    { price: 's3-vectors.queries', quantity: searches * Math.ceil(topK / PAGE) },
    ...TIERS.map(([price, upTo]) => {
      const vectors = Math.max(0, Math.min(rows, upTo) - counted);
      counted += vectors;
      return { price, quantity: (searches * vectors * vectorBytes(workload)) / TEBIBYTE };
    }),
    {
      price: 's3-vectors.returned',
      quantity: (searches * Math.max(0, returned - FREE_RETURNED)) / GIBIBYTE,
    },
  ];
}

/** Storage of all vectors; `otherBytes` is metadata of a vector that cannot be filtered. */
export const vectorStorage = (workload: Workload, copies: number, otherBytes = 0): Priced[number] => ({
  price: 's3-vectors.storage',
  quantity: (copies * workload.rows * (vectorBytes(workload) + otherBytes)) / GIBIBYTE,
});

/** Billed gigabytes of writing `rows` vectors in the largest requests that the service accepts. */
export function putGigabytes(workload: Workload, rows: number, otherBytes = 0): number {
  const each = vectorBytes(workload) + otherBytes;
  const batch = Math.max(1, Math.min(PUT_VECTORS, Math.floor(PUT_BYTES / each)));
  const billed = (vectors: number): number => (vectors === 0 ? 0 : Math.max(MIN_PUT_BYTES, vectors * each));
  const whole = Math.floor(rows / batch);
  return (whole * billed(batch) + billed(rows - whole * batch)) / GIBIBYTE;
}

export function vectorLimits(workload: Workload): readonly string[] {
  const { peakRequestsPerSecond, dimensions, filterableBytesPerRow, topK } = workload;
  const limits: readonly (readonly [isExceeded: boolean, sentence: string])[] = [
    [
      peakRequestsPerSecond > MAX_RATE,
      'S3 Vectors answers hundreds of queries per second and index, then 429; split the index',
    ],
    [dimensions > MAX_DIMENSIONS, 'S3 Vectors accepts vectors of at most 4,096 dimensions'],
    [filterableBytesPerRow > MAX_FILTERABLE_BYTES, 'S3 Vectors filters at most 2 KB of metadata per vector'],
    [topK > MAX_TOP_K, 'S3 Vectors returns at most 10,000 results of a query'],
  ];
  return limits.flatMap(([isExceeded, sentence]) => (isExceeded ? [sentence] : []));
}
