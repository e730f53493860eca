import { openQueryCache } from '../../../src/api/query-cache/index.ts';
import { queryCacheConformance } from './suite.ts';

queryCacheConformance('memory', async () => ({
  open: (now) => openQueryCache('memory', { now }),
  keeps: true,
  isShared: false,
  isBilled: false,
  stop: async () => {},
}));
