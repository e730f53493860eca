import { openQueryCache } from '../../../src/query-cache/index.ts';
import { queryCacheConformance } from './suite.ts';

queryCacheConformance('none', async () => ({
  open: (now) => openQueryCache('none', { now }),
  keeps: false,
  isShared: false,
  isBilled: false,
  stop: async () => {},
}));
