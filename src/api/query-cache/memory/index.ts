import { withoutUndefined } from '../../../core/index.ts';
import type { ByteStore } from '../byte-cache.ts';

/** Bounds of the cache in one process. */
export interface MemoryCacheLimits {
  /** Maximum number of entries; default 1,000. */
  readonly entries: number;
  /** Maximum compressed bytes of all entries; default 16 MiB. */
  readonly bytes: number;
}
const DEFAULT_LIMITS: MemoryCacheLimits = { entries: 1_000, bytes: 16 * 1_024 * 1_024 };

/** Entries in memory with least-recently-used eviction. Each execution environment has its own. */
export class MemoryStore implements ByteStore {
  readonly id = 'memory';
  readonly #limits: MemoryCacheLimits;
  /** Ordered by use, the most recently used entry last. */
  readonly #entries = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(limits: Partial<MemoryCacheLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...withoutUndefined(limits) };
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    const bytes = this.#entries.get(key);
    if (bytes !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, bytes);
    }
    return bytes;
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    this.#remove(key);
    this.#entries.set(key, bytes);
    this.#bytes += bytes.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) break;
      this.#remove(oldest);
    }
  }

  async close(): Promise<void> {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #remove(key: string): void {
    this.#bytes -= this.#entries.get(key)?.length ?? 0;
    this.#entries.delete(key);
  }
}

export const open = async (): Promise<ByteStore> => new MemoryStore();
