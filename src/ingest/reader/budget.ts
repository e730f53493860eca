import type { FileToLoad, LoadLimits } from '../../loaders/index.ts';

const MEBIBYTE = 2 ** 20;
/** Memory that each further MiB of a file adds: its bytes, its text in UTF-16, copies of both, and its chunks. */
const MEMORY_PER_MEBIBYTE = 8;

/** Wall-clock seconds for each of processor time: a parser that waits for ever uses no processor. */
export const WALL_CLOCK_FACTOR = 6;

/** What reading a file, or one record of a dataset, may take. */
export interface Budget {
  /** Of processor time. */
  readonly seconds: number;
  /** Of the whole reader process. */
  readonly memoryMb: number;
}

/** The limits for a file of this size: as configured up to 1 MiB, and in proportion above. */
export function budgetOf({ sizeBytes }: Pick<FileToLoad, 'sizeBytes'>, limits: LoadLimits): Budget {
  const mebibytes = Math.max(1, Math.ceil(Math.min(sizeBytes, limits.maxFileBytes) / MEBIBYTE));
  return {
    seconds: limits.maxFileSeconds * mebibytes,
    memoryMb: limits.maxFileMemoryMb + MEMORY_PER_MEBIBYTE * (mebibytes - 1),
  };
}
