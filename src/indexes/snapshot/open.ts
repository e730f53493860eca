import { decodeHeader, HEADER_KEY } from './format/header.ts';
import { type ReaderOptions, SnapshotReader } from './query/reader.ts';
import { ReadMeter } from './reading/read-meter.ts';
import { type Patience, type RangeSource, ReliableReads } from './reading/reliable-reads.ts';

/** Larger headers are left out of the pointer: everyone who opens a version would read them twice. */
const MAX_INLINE_BYTES = 64 * 1_024;

/** How an index version is opened. */
export interface OpenOptions extends ReaderOptions {
  readonly patience?: Partial<Patience>;
  readonly signal?: AbortSignal;
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
  const bytes = header ?? (await reads.read(prefix + HEADER_KEY, undefined, meter, options.signal)).bytes;
  return new SnapshotReader(decodeHeader(bytes), reads, prefix, options, meter);
}

/** What a version puts into the pointer: its header, where that is small. */
export async function readOpening(storage: RangeSource, prefix: string): Promise<Uint8Array | undefined> {
  const { bytes } = await storage.read(prefix + HEADER_KEY);
  return bytes.length <= MAX_INLINE_BYTES ? bytes : undefined;
}
