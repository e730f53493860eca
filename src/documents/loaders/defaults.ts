import type { FieldMap, LoadLimits } from './port.ts';

/** Default limits. Those of time and memory are for a file of up to 1 MiB. */
export const DEFAULT_LIMITS: LoadLimits = {
  maxFileBytes: 64 * 2 ** 20,
  maxDecompressedBytes: 8 * 2 ** 30,
  maxPages: 5_000,
  maxMetadataBytes: 64 * 2 ** 10,
  maxFileSeconds: 10,
  maxFileMemoryMb: 256,
};

/** BEIR's corpus layout: `{"_id", "title", "text", "metadata"}`. */
export const DEFAULT_FIELD_MAP: FieldMap = { id: '_id', title: 'title', text: 'text', metadata: 'metadata' };
