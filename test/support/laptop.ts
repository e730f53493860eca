import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoragePlace } from '../../src/io/storage/index.ts';
import { laptopCredentials, type Services, startServices } from '../../src/laptop/index.ts';

export const LAPTOP_BUCKET = 'laptop-bucket';

/** The laptop's services with one empty bucket and a table `cache`, without modelled latency; `stop` deletes the bucket. */
export async function startLaptop(): Promise<{
  readonly services: Services;
  /** Folder of the bucket, which contains nothing else. */
  readonly folder: string;
  /** A new location in the bucket. */
  freshPlace(prefix?: string): StoragePlace & { location: { kind: 's3' } };
  stop(): Promise<void>;
}> {
  const outside = await mkdtemp(join(tmpdir(), 'srag-laptop-'));
  const folder = join(outside, 'bucket');
  await mkdir(folder);
  const services = await startServices({
    buckets: { [LAPTOP_BUCKET]: folder },
    model: 'none',
    tables: [{ name: 'cache', partitionKey: 'key', ttlAttribute: 'expires' }],
  });
  return {
    services,
    folder,
    freshPlace: (prefix = randomUUID()) => ({
      location: { kind: 's3', bucket: LAPTOP_BUCKET, prefix },
      s3: { endpoint: services.s3Endpoint, region: 'us-east-1', credentials: laptopCredentials('test') },
    }),
    stop: async () => {
      await services.close();
      await rm(outside, { recursive: true, force: true });
    },
  };
}
