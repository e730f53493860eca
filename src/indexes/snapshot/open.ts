import type { SigningKeySource } from '../signing-key.ts';
import { decodeHeader, HEADER_KEY } from './format/header.ts';
import type { NearestRows } from './query/nearest-rows.ts';
import type { VersionSource } from './query/opened.ts';
import { SnapshotReader } from './query/reader.ts';
import type { ReaderOptions } from './query/reader-options.ts';
import { ReadMeter } from './reading/read-meter.ts';
import { type RangeSource, ReliableReads, type RetrySettings } from './reading/reliable-reads.ts';

/** Larger headers are not embedded in the pointer, since every reader would download them twice. */
const MAX_INLINE_BYTES = 64 * 1_024;

/** Options for opening an index version. */
export interface OpenOptions extends ReaderOptions {
  readonly retry?: Partial<RetrySettings>;
  readonly signal?: AbortSignal;
  /** Only versions signed with this key are opened. */
  readonly signing?: SigningKeySource | undefined;
}

/**
 * Opens the version below `prefix` with one read, of its header. `nearest` finds the rows of a version that was built
 * without vectors.
 */
export async function openVersion(
  source: RangeSource,
  prefix: string,
  { nearest, ...options }: OpenOptions & { readonly nearest?: NearestRows } = {},
): Promise<SnapshotReader> {
  const reads = new ReliableReads(source, options.retry);
  return openWith({ reads, prefix, nearest }, undefined, new ReadMeter(), options);
}

/** Opens a version from its header, which is read if undefined. */
export async function openWith(
  { reads, prefix, nearest }: VersionSource,
  header: Uint8Array | undefined,
  meter: ReadMeter,
  options: OpenOptions,
): Promise<SnapshotReader> {
  // The key is requested first, so that a service can derive it while the header is read.
  const wanted = options.signing?.();
  wanted?.catch(() => {});
  const bytes = header ?? (await reads.read(prefix + HEADER_KEY, undefined, meter, options.signal)).bytes;
  const key = await wanted;
  const opening = decodeHeader(bytes, key && { key, prefix });
  return new SnapshotReader(opening, { reads, prefix, key, nearest }, options, meter);
}

/** Returns the bytes to embed in the pointer: the header, if it is small. */
export async function readOpening(storage: RangeSource, prefix: string): Promise<Uint8Array | undefined> {
  const { bytes } = await storage.read(prefix + HEADER_KEY);
  return bytes.length <= MAX_INLINE_BYTES ? bytes : undefined;
}
