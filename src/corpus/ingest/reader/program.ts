import { isMainThread, workerData } from 'node:worker_threads';

/**
 * URL of this module, which is the program of the reader process and of its watchdog thread. The module
 * itself defines it, so that it is right both in the sources and in a bundle.
 */
export const READER_PROGRAM = new URL(import.meta.url);
/** Argument that distinguishes the reader process from others that load this module. */
export const READER_ROLE = 'srag:reader';
const WATCHDOG_ROLE = 'srag:reader-watchdog';

if (isMainThread && process.argv[2] === READER_ROLE) {
  const { serve } = await import('./serve.ts');
  await serve(READER_PROGRAM, WATCHDOG_ROLE);
} else if (!isMainThread && workerData?.role === WATCHDOG_ROLE) {
  const { watch } = await import('./watchdog.ts');
  watch(workerData.state);
}
