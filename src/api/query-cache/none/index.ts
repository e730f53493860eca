import type { ByteStore } from '../byte-cache.ts';

/** No cache: every read is a miss. */
export const open = async (): Promise<ByteStore> => ({
  id: 'none',
  read: async () => undefined,
  write: async () => {},
  close: async () => {},
});
