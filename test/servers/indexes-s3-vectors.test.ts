import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { indexSuite } from '../conformance/indexes/suite.ts';
import { type S3VectorsPlace, s3VectorsPlace } from './s3-vectors-place.ts';

let vectors: S3VectorsPlace;
beforeAll(async () => {
  vectors = await s3VectorsPlace();
});
afterAll(() => vectors?.remove());

indexSuite('s3-vectors', 'in S3Mock', async () => {
  const path = await mkdtemp(join(tmpdir(), 'srag-index-'));
  return {
    place: { location: { kind: 'file', path } },
    servers: vectors.serversOf(),
    remove: () => rm(path, { recursive: true, force: true }),
  };
});
