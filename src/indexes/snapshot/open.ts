import type { SigningKeySource } from '../signing-key.ts';
import { decodeHeader, HEADER_KEY } from './format/header.ts';
import { SnapshotReader } from './query/reader.ts';
import type { ReaderOptions } from './query/reader-options.ts';
import { ReadMeter } from './reading/read-meter.ts';
import { type Patience, type RangeSource, ReliableReads } from './reading/reliable-reads.ts';

/** Larger headers are left out of the pointer: everyone who opens a version would read them twice. */
const MAX_INLINE_BYTES = 64 * 1_024;

/** How an index version is opened. */
export interface OpenOptions extends ReaderOptions {
  readonly patience?: Partial<Patience>;
  readonly signal?: AbortSignal;
  /** Opens versions alone that are signed with this key. */
  readonly signing?: SigningKeySource | undefined;
}

/** Opens the version whose objects lie below `prefix`: one read, of its header. */
export async function openVersion(
  source: RangeSource,
  prefix: string,
  options: OpenOptions = {},
): Promise<SnapshotReader> {
  return openWith(new ReliableReads(source, options.patience), prefix, undefined, new ReadMeter(), options);
}

/** Opens a version by its header, read already or (undefined) still to be read. */
export async function openWith(
  reads: ReliableReads,
  prefix: string,
  header: Uint8Array | undefined,
  meter: ReadMeter,
  options: OpenOptions,
): Promise<SnapshotReader> {
  // Asked for first, so that a key that a service derives is on its way while the header is read.
  const wanted = options.signing?.();
  wanted?.catch(() => {});
  const bytes = header ?? (await reads.read(prefix + HEADER_KEY, undefined, meter, options.signal)).bytes;
  const key = await wanted;
  const opening = decodeHeader(bytes, key && { key, prefix });
  return new SnapshotReader(opening, reads, prefix, options, meter, key);
}

/** What a version puts into the pointer: its header, where that is small. */
export async function readOpening(storage: RangeSource, prefix: string): Promise<Uint8Array | undefined> {
  const { bytes } = await storage.read(prefix + HEADER_KEY);
  return bytes.length <= MAX_INLINE_BYTES ? bytes : undefined;
}
