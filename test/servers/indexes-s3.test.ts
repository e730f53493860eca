import { LOCAL_KINDS } from '../../src/indexes/index.ts';
import { indexSuite } from '../conformance/indexes/suite.ts';
import { freshS3Place } from './environment.ts';

for (const kind of LOCAL_KINDS) {
  // The buckets are deleted with the server.
  indexSuite(kind, 'on S3', async () => ({ place: await freshS3Place(), remove: async () => {} }));
}
