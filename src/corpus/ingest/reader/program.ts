import { isMainThread, workerData } from 'node:worker_threads';

/**
 * This module's own address: it is the program of the reader process and of its watchdog thread as well as the place
 * that knows where it lies, so that it is found beside the source and in a bundle.
 */
export const READER_PROGRAM = new URL(import.meta.url);
/** Tells the reader process from any other that happens to load this module. */
export const READER_ROLE = 'srag:reader';
const WATCHDOG_ROLE = 'srag:reader-watchdog';

if (isMainThread && process.argv[2] === READER_ROLE) {
  const { serve } = await import('./serve.ts');
  await serve(READER_PROGRAM, WATCHDOG_ROLE);
} else if (!isMainThread && workerData?.role === WATCHDOG_ROLE) {
  const { watch } = await import('./watchdog.ts');
  watch(workerData.state);
}
