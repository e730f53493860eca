/**
 * Runs `work` for the numbers from 0 to `count` - 1, at most `limit` at a time, and returns the results in
 * order. The first rejection aborts the signal of the others and is thrown when all have settled.
 */
export async function concurrently<T>(
  count: number,
  limit: number,
  signal: AbortSignal,
  work: (index: number, signal: AbortSignal) => Promise<T>,
): Promise<T[]> {
  const results = new Array<T>(count);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    while (next < count && !both.aborted) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(index, both);
      } catch (error) {
        failure ??= { error };
        stop.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, lane));
  if (signal.aborted) throw signal.reason;
  if (failure !== undefined) throw failure.error;
  return results;
}
