import { SragError } from '../../core/index.ts';
import { shortest } from '../shortest.ts';
import type { S3VectorsClient } from './client.ts';
import { unexpectedAnswer } from './errors.ts';
import type { StoredVector } from './vector-spool.ts';

/** Limits of one request: vectors, and bytes with a reserve for its other members. */
const MAX_VECTORS = 500;
const MAX_BYTES = 20 * 1_024 * 1_024 - 64 * 1_024;
/** Maximum characters of a number and its comma: sign, 9 digits, point and exponent. */
const NUMBER_BYTES = 17;
const KEYS_PER_PAGE = 1_000;

interface Progress {
  readonly onProgress?: ((progress: { stage: string; done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Largest size of a vector in a request, in bytes. */
const sizeOf = ({ key, vector, metadata }: StoredVector): number =>
  key.length + NUMBER_BYTES * vector.length + Buffer.byteLength(metadata) + 64;

/**
 * Stores vectors in requests of bounded size. Since vectors have keys, a request may be sent twice. Returns the
 * bytes that the service bills: keys, single-precision vectors and metadata.
 */
export async function writeVectors(
  client: S3VectorsClient,
  indexName: string,
  vectors: Iterable<StoredVector>,
  { total, onProgress, signal }: Progress & { readonly total: number },
): Promise<number> {
  let batch: StoredVector[] = [];
  let batchBytes = 0;
  let [done, storedBytes] = [0, 0];
  const send = async (): Promise<void> => {
    await client.call('PutVectors', { indexName, vectors: batch.map(sent) }, { signal });
    done += batch.length;
    [batch, batchBytes] = [[], 0];
    onProgress?.({ stage: 'write', done, total });
  };
  for (const stored of vectors) {
    const bytes = sizeOf(stored);
    if (batch.length === MAX_VECTORS || (batch.length > 0 && batchBytes + bytes > MAX_BYTES)) await send();
    batch.push(stored);
    batchBytes += bytes;
    storedBytes += stored.key.length + stored.vector.byteLength + Buffer.byteLength(stored.metadata);
  }
  if (batch.length > 0) await send();
  return storedBytes;
}

const sent = ({ key, vector, metadata }: StoredVector): object => ({
  key,
  data: { float32: Array.from(vector, shortest) },
  metadata: JSON.parse(metadata),
});

/** Checks that the index contains all vectors. @throws VALIDATION_FAILED, AWS_UNAVAILABLE for pages without end */
export async function checkCount(
  client: S3VectorsClient,
  indexName: string,
  expected: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  let count = 0;
  let nextToken: string | undefined;
  // A page has at least one key, so an index with too many vectors ends the loop, too.
  for (let pages = 0; count <= expected; pages++) {
    if (pages > expected + 1) throw unexpectedAnswer('ListVectors', 'too many pages');
    const page: { vectors?: readonly unknown[]; nextToken?: string } = await client.call(
      'ListVectors',
      { indexName, maxResults: KEYS_PER_PAGE, nextToken },
      { signal },
    );
    count += page.vectors?.length ?? 0;
    nextToken = page.nextToken;
    if (!nextToken) break;
  }
  if (count === expected) return;
  const found = count > expected ? `at least ${count}` : count;
  throw new SragError('VALIDATION_FAILED', `The index has ${found} vectors instead of ${expected}.`, {
    remedy: 'Nothing was published: build the index again.',
    fields: { vectors: count, expected },
  });
}
