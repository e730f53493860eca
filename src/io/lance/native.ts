import { freemem } from 'node:os';
import { SragError } from '../../core/index.ts';

/** The LanceDB module. */
export type LanceModule = typeof import('@lancedb/lancedb');
/** The Arrow module: LanceDB accepts and returns Arrow tables. */
export type ArrowModule = typeof import('apache-arrow');

/**
 * Settings that LanceDB's native module reads from the environment once, when it loads. Small I/O buffers and few
 * threads halve the memory of large table scans, at the same speed on few cores.
 */
const NATIVE_DEFAULTS = {
  LANCE_DEFAULT_IO_BUFFER_SIZE: String(64 * 1024 * 1024),
  LANCE_IO_THREADS: '4',
  LANCE_LOG: 'error',
} as const;

const MEBIBYTE = 1024 * 1024;

let loaded: Promise<{ lance: LanceModule; arrow: ArrowModule }> | undefined;

/** Loads LanceDB, once. @throws MISSING_PACKAGE if it is not installed. */
export function loadLance(): Promise<{ lance: LanceModule; arrow: ArrowModule }> {
  loaded ??= (async () => {
    // The native module is configurable only through the environment; existing values take precedence.
    for (const [name, value] of Object.entries(NATIVE_DEFAULTS)) process.env[name] ??= value;
    try {
      const [lance, arrow] = await Promise.all([import('@lancedb/lancedb'), import('apache-arrow')]);
      return { lance, arrow };
    } catch (cause) {
      throw new SragError('MISSING_PACKAGE', 'LanceDB is not installed.', {
        remedy: 'npm install @lancedb/lancedb@0.39 apache-arrow@18',
        fields: { packages: ['@lancedb/lancedb', 'apache-arrow'] },
        cause,
      });
    }
  })();
  return loaded;
}

/** Cache sizes for full table scans, which read nothing twice. */
export const SCAN_CACHES = { indexBytes: BigInt(64 * MEBIBYTE), metadataBytes: BigInt(16 * MEBIBYTE) };

/** Cache sizes in bytes: a share of the free memory, within bounds (LanceDB's own default is 7 GB). */
export function cacheSizes(freeBytes = freemem()): { indexBytes: bigint; metadataBytes: bigint } {
  const within = (low: number, high: number, value: number): bigint =>
    BigInt(Math.round(Math.min(high, Math.max(low, value)) * MEBIBYTE));
  const freeMebibytes = freeBytes / MEBIBYTE;
  return {
    indexBytes: within(64, 2048, freeMebibytes / 8),
    metadataBytes: within(16, 256, freeMebibytes / 32),
  };
}
