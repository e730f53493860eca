import type { CacheUse } from '../../src/api/query-cache/index.ts';

/** Call options that sum up the usage of a cache. */
export function countedUsage() {
  const use = { reads: 0, writes: 0 };
  const onUsage = ({ reads, writes }: CacheUse): void => {
    use.reads += reads;
    use.writes += writes;
  };
  return { use, onUsage };
}
