import { decodeHeader, HEADER_KEY } from './format/header.ts';
import { type ReaderOptions, SnapshotReader } from './query/reader.ts';
import { ReadMeter } from './reading/read-meter.ts';
import { type Patience, type RangeSource, ReliableReads } from './reading/reliable-reads.ts';

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
  const reads = new ReliableReads(source, options.patience);
  const meter = new ReadMeter();
  const { bytes } = await reads.read(prefix + HEADER_KEY, undefined, meter, options.signal);
  return new SnapshotReader(decodeHeader(bytes), reads, prefix, options, meter);
}
