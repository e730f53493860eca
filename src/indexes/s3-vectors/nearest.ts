import type { AwsRpcUse } from '../../io/remote/index.ts';
import type { IndexManifest } from '../port.ts';
import { shortest } from '../shortest.ts';
import type { NearestRows } from '../snapshot/query/nearest-rows.ts';
import { withAllTies } from '../with-all-ties.ts';
import type { S3VectorsClient } from './client.ts';
import { isMissing, missingIndex, unexpectedAnswer } from './errors.ts';
import { type VectorFilter, vectorFilter } from './filter.ts';

/** Maximum results of a query, and results of one answer. */
const [MAX_TOP_K, PAGE] = [10_000, 100];

interface QueryAnswer {
  readonly vectors: readonly ({ readonly key?: unknown; readonly distance?: unknown } | null)[];
  readonly nextToken: string;
}

interface FoundVector {
  readonly row: number;
  /** With the row number in place of the chunk's id; rows are in the order of ids. */
  readonly hit: { readonly id: string; readonly score: number };
}

/** Finds the nearest rows of a version in its index of S3 Vectors. */
export function nearestRows(
  client: S3VectorsClient,
  index: string,
  { collection, chunks, version }: Pick<IndexManifest, 'collection' | 'chunks' | 'version'>,
): NearestRows {
  return {
    dimensions: collection.dimensions,
    async search({ vector, depth, filter: wanted, signal }) {
      const use: AwsRpcUse = { requests: 0, bytes: 0 };
      const filter = wanted === undefined || vectorFilter(wanted);
      const find = async (topK: number): Promise<FoundVector[]> => {
        if (filter === false) return [];
        const request = {
          indexName: index,
          topK: Math.min(withoutLonePage(topK), MAX_TOP_K),
          queryVector: { float32: Array.from(vector, shortest) },
          returnDistance: true,
          queryMode: 'ENHANCED',
          ...(filter !== true && { filter }),
        };
        return distinct((await allPages(client, request, { signal, use })).map((one) => scored(one, chunks)));
      };
      try {
        const found = await withAllTies(depth, find);
        const details = { s3VectorsRequests: use.requests, s3VectorsBytes: use.bytes };
        return { rows: found.map(({ row, hit }) => ({ row, score: hit.score })), details };
      } catch (error) {
        throw isMissing(error) ? missingIndex(version, index, client.settings) : error;
      }
    },
  };
}

/**
 * Requests one result less if the last one, which only breaks ties, would need a page and thereby a request of its
 * own.
 */
const withoutLonePage = (topK: number): number => (topK > 1 && topK % PAGE === 1 ? topK - 1 : topK);

/** Sends a query and reads all pages of its results. */
async function allPages(
  client: S3VectorsClient,
  request: { readonly topK: number; readonly filter?: VectorFilter },
  options: { readonly signal: AbortSignal | undefined; readonly use: AwsRpcUse },
): Promise<QueryAnswer['vectors']> {
  const found: QueryAnswer['vectors'][number][] = [];
  let nextToken: string | undefined;
  // A page has at least one result.
  for (let page = 0; page <= request.topK; page++) {
    const answer = await client.call<QueryAnswer>('QueryVectors', { ...request, nextToken }, options);
    if (!Array.isArray(answer.vectors)) throw unexpectedAnswer('QueryVectors', "no 'vectors'");
    found.push(...answer.vectors);
    nextToken = answer.nextToken;
    if (!nextToken || found.length >= request.topK) return found;
  }
  throw unexpectedAnswer('QueryVectors', 'too many pages');
}

/** A row with its score, the cosine similarity. */
function scored(found: QueryAnswer['vectors'][number], rows: number): FoundVector {
  const { key, distance } = found ?? {};
  const row = typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : Number.NaN;
  if (!(row < rows) || typeof distance !== 'number')
    throw unexpectedAnswer('QueryVectors', 'a key or distance that srag did not store');
  return { row, hit: { id: String(row).padStart(10, '0'), score: 1 - distance } };
}

/** @throws AWS_UNAVAILABLE if a row was found twice, for example on two pages */
function distinct(found: FoundVector[]): FoundVector[] {
  if (new Set(found.map(({ row }) => row)).size < found.length)
    throw unexpectedAnswer('QueryVectors', 'the same key twice');
  return found;
}
