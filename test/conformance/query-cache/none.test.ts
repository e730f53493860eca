import { openQueryCache } from '../../../src/api/query-cache/index.ts';
import { queryCacheConformance } from './suite.ts';

queryCacheConformance('none', async () => ({
  open: (now) => openQueryCache('none', { now }),
  keeps: false,
  isShared: false,
  isBilled: false,
  stop: async () => {},
}));
