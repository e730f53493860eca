import { COLD_KEY, type ColdParts, decodeCold } from './cold-object.ts';
import type { ColdCopy, Prefetch } from './query/reader-options.ts';
import type { ReadMeter } from './reading/read-meter.ts';
import { type RangeSource, ReliableReads } from './reading/reliable-reads.ts';

/** The copy for cold starts, once it has been read; undefined if it is missing, damaged or not needed. */
export type ColdRead = (ColdParts & ColdCopy) | undefined;

/**
 * Limits of reading the copy. A long wait is not worthwhile: the version's own objects contain the same data,
 * one wave later.
 */
const RETRY = { attempts: 2, deadlineMs: 2_500 };

interface ColdCopyOptions {
  readonly storage: RangeSource;
  readonly prefetch?: Prefetch | Promise<Prefetch>;
  readonly retry?: ConstructorParameters<typeof ReliableReads>[1];
}

/** Whether searches of this mode use the copy, which contains the data that vector search scans. */
export const wantsCopy = (mode: Prefetch | undefined): boolean => mode === 'vector' || mode === 'hybrid';

/**
 * Reads the copy for cold starts if the first search needs it. Sends the request before the mode of that
 * search is known, because determining the mode takes less time than the first byte.
 */
export async function readColdCopy(
  { storage, prefetch, retry }: ColdCopyOptions,
  prefix: string,
  meter: ReadMeter,
  signal: AbortSignal,
): Promise<ColdRead> {
  if (prefetch === undefined || prefetch === 'lexical') return undefined;
  const unwanted = new AbortController();
  const reads = new ReliableReads(storage, { ...retry, ...RETRY });
  const copy = read(reads, prefix, meter, AbortSignal.any([signal, unwanted.signal]));
  if (wantsCopy(await prefetch)) return copy;
  unwanted.abort();
  (await copy)?.release?.();
  return undefined;
}

/** Returns undefined if there is no copy or it cannot be read; searches work without it. */
async function read(
  reads: ReliableReads,
  prefix: string,
  meter: ReadMeter,
  signal: AbortSignal,
): Promise<ColdRead> {
  try {
    const { bytes, release } = await reads.read(prefix + COLD_KEY, undefined, meter, signal);
    return { ...decodeCold(bytes), release };
  } catch {
    return undefined;
  }
}
