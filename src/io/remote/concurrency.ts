import { anySignal, throwIfAborted } from '../../core/index.ts';

/**
 * Runs `task` over all items, at most `limit` at a time, and returns the results in the order of the items. The first
 * failure stops new tasks, aborts running ones through their signal, and is thrown.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  limit: number,
  task: (item: Item, index: number, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result[]> {
  throwIfAborted(signal);
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : anySignal([signal, stop.signal]);
  const results = new Array<Result>(items.length);
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (next < items.length && failure === undefined) {
      const index = next++;
      try {
        throwIfAborted(signal);
        results[index] = await task(items[index]!, index, both);
      } catch (error) {
        failure ??= { error };
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failure !== undefined) throw failure.error;
  return results;
}
