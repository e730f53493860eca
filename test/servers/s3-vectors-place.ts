import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectionSettings } from '../../src/core/index.ts';
import { openLanceCorpus } from '../../src/corpus/lancedb/store.ts';
import { IndexCatalogue } from '../../src/indexes/index.ts';
import { openStorage } from '../../src/io/storage/index.ts';
import { TEST_CREDENTIALS } from '../support/signature.ts';
import { startS3Mock } from './aws-servers.ts';
import { startS3VectorsFront } from './s3-vectors-front.ts';

export const VECTOR_BUCKET = 'srag-test-vectors';

/** A vector bucket in S3Mock, behind a server that pages, and an empty location whose vectors may be in it. */
export async function s3VectorsPlace() {
  const mock = await startS3Mock();
  const front = await startS3VectorsFront(mock.endpoint);
  const created = await fetch(`${mock.endpoint}/CreateVectorBucket`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ vectorBucketName: VECTOR_BUCKET }),
  });
  if (!created.ok && created.status !== 409) throw new Error(`CreateVectorBucket: ${created.status}`);
  const folder = await mkdtemp(join(tmpdir(), 'srag-s3-vectors-'));
  const location = { kind: 'file', path: folder } as const;
  const storage = await openStorage(location);
  const serversOf = (settings: object = {}) => ({
    settings: { 's3-vectors': { bucket: VECTOR_BUCKET, endpoint: front.url, ...settings } },
    aws: { region: 'us-east-1', credentials: TEST_CREDENTIALS },
  });
  return {
    mock,
    front,
    folder,
    storage,
    serversOf,
    /** The index versions of a collection; `settings` override those of the vector bucket. */
    catalogue: (collection: string, settings?: object) =>
      new IndexCatalogue(storage, { location }, collection, { servers: serversOf(settings) }),
    corpus: (settings: CollectionSettings) =>
      openLanceCorpus({ location, prefix: `${settings.name}/corpus/` }, settings),
    async remove(): Promise<void> {
      await front.stop();
      await mock.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type S3VectorsPlace = Awaited<ReturnType<typeof s3VectorsPlace>>;
