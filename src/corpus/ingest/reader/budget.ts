import type { FileToLoad, LoadLimits } from '../../../documents/loaders/index.ts';

const MEBIBYTE = 2 ** 20;
/** Memory that each further MiB of a file adds, in MB; compressed formats expand about tenfold. */
const MEMORY_PER_MEBIBYTE = 32;
/** Maximum in MB to which the size of a file can raise the memory limit. */
const MAX_PROPORTIONAL_MB = 1_024;

/** A file or record whose reading uses almost no processor time for this long is stuck. */
export const STALL_SECONDS = 20;

/** Limits for reading a file, or one record of a dataset. */
export interface Budget {
  /** Processor time. */
  readonly seconds: number;
  /** Memory of the whole reader process. */
  readonly memoryMb: number;
}

/** The limits for a file: the configured ones up to 1 MiB, and more for each further MiB. */
export function budgetOf({ sizeBytes }: Pick<FileToLoad, 'sizeBytes'>, limits: LoadLimits): Budget {
  const mebibytes = Math.max(1, Math.ceil(Math.min(sizeBytes, limits.maxFileBytes) / MEBIBYTE));
  const proportionalMb = limits.maxFileMemoryMb + MEMORY_PER_MEBIBYTE * (mebibytes - 1);
  return {
    seconds: limits.maxFileSeconds * mebibytes,
    memoryMb: Math.max(limits.maxFileMemoryMb, Math.min(proportionalMb, MAX_PROPORTIONAL_MB)),
  };
}
