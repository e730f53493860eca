import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { indexSuite } from '../conformance/indexes/suite.ts';
import { type AwsServer, startOpenSearch } from './aws-servers.ts';
import { OPENSEARCH_KINDS } from './opensearch-place.ts';

let server: AwsServer;
beforeAll(async () => {
  server = await startOpenSearch();
});
afterAll(() => server?.stop());

for (const kind of OPENSEARCH_KINDS) {
  indexSuite(kind, 'on OpenSearch', async () => {
    const path = await mkdtemp(join(tmpdir(), 'srag-index-'));
    return {
      place: { location: { kind: 'file', path } },
      servers: { settings: { opensearch: { url: server.endpoint } } },
      remove: () => rm(path, { recursive: true, force: true }),
    };
  });
}
