import { openQueryCache } from '../../src/api/query-cache/index.ts';
import { SignedObjects } from '../../src/io/storage/s3/signed-objects.ts';
import { queryCacheConformance } from '../conformance/query-cache/suite.ts';
import { freshS3Place } from './environment.ts';

// As in functions, requests are signed by srag, not by the AWS SDK.
queryCacheConformance('s3', async () => {
  const { location, s3 } = await freshS3Place('some/prefix');
  const { bucket, prefix } = location;
  const { endpoint, region, credentials } = s3 as Required<
    Pick<typeof s3 & object, 'endpoint' | 'region' | 'credentials'>
  >;
  const storage = new SignedObjects({ bucket, prefix, endpoint, region, credentials });
  return {
    open: (now) => openQueryCache('s3:caches/answers', { now, storage }),
    keeps: true,
    isShared: true,
    isBilled: true,
    damage: async (key, bytes) => {
      await storage.write(`caches/answers/${key}.json.gz`, bytes);
    },
    stop: () => storage.close(),
  };
});
