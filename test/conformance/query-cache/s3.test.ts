import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openQueryCache } from '../../../src/api/query-cache/index.ts';
import { openStorage } from '../../../src/io/storage/index.ts';
import { queryCacheConformance } from './suite.ts';

queryCacheConformance('s3', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'srag-cache-'));
  const storage = await openStorage({ kind: 'file', path: folder });
  return {
    open: (now) => openQueryCache('s3:caches/answers/', { now, storage }),
    keeps: true,
    isShared: true,
    isBilled: true,
    damage: async (key, bytes) => {
      await storage.write(`caches/answers/${key}.json.gz`, bytes);
    },
    stop: () => rm(folder, { recursive: true }),
  };
});
