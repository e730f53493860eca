import type { StoredObject } from '../../../io/storage/index.ts';
import type { SectionName } from '../format/sections.ts';
import { SECTION_NAMES, segmentKey } from '../format/sections.ts';
import type { ReliableReads } from '../reading/reliable-reads.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import type { OpenedSnapshot, VersionSource } from './opened.ts';

/** Result of filling the caches. */
export interface HydrationReport {
  /** Bytes of this index in the cache folder. */
  readonly cachedBytes: number;
  /**
   * Sections that are not completely in the cache folder, because it is full or none is configured. Searches
   * read them from storage.
   */
  readonly left: readonly SectionName[];
  /** Whether all vectors needed for re-scoring are in memory. */
  readonly vectorsInMemory: boolean;
  readonly reads: number;
  readonly bytesRead: number;
  readonly durationMs: number;
}

/** Segments are copied in pieces of this size. */
const PIECE_BYTES = 4 * 2 ** 20;
const CONCURRENT_PIECES = 4;

/** Copies uncached segments of an index into the cache folder, records last. */
export async function fillFolder(
  opened: OpenedSnapshot,
  { reads, prefix }: VersionSource,
  context: ReadContext,
): Promise<{ cachedBytes: number; left: SectionName[] }> {
  const { folder, header } = opened;
  const left = new Set<SectionName>();
  let cachedBytes = 0;
  // Small sections come first, so that if space runs out, the largest ones, such as the records, are left out.
  const order = [...SECTION_NAMES].sort(
    (one, other) => opened.reader.sizeBytes(one) - opened.reader.sizeBytes(other),
  );
  folder?.adopt();
  for (const section of order) {
    for (const [segment, size] of header.sections[section].entries()) {
      if (folder?.has(section, segment) !== true) {
        if (folder === undefined || !(await folder.makeRoom(size))) {
          left.add(section);
          continue;
        }
        const key = prefix + segmentKey(section, segment);
        await folder.write(section, segment, pieces(key, size, reads, context));
      }
      cachedBytes += size;
    }
  }
  return { cachedBytes, left: [...left] };
}

/** Yields the pieces of an object in order, prefetching the next ones. */
async function* pieces(
  key: string,
  size: number,
  reads: ReliableReads,
  { meter, signal }: ReadContext,
): AsyncGenerator<Uint8Array> {
  const offsets = Array.from({ length: Math.ceil(size / PIECE_BYTES) }, (_, piece) => piece * PIECE_BYTES);
  const inFlight: Promise<StoredObject>[] = [];
  const start = (offset: number): void => {
    const range = { offset, length: Math.min(PIECE_BYTES, size - offset) };
    const piece = reads.read(key, range, meter, signal);
    // The piece is awaited later; a failure before that must not count as an unhandled rejection.
    piece.catch(() => {});
    inFlight.push(piece);
  };
  for (const offset of offsets.splice(0, CONCURRENT_PIECES)) start(offset);
  for (let piece = inFlight.shift(); piece !== undefined; piece = inFlight.shift()) {
    const object = await piece;
    const next = offsets.shift();
    if (next !== undefined) start(next);
    yield object.bytes;
    // When the consumer requests the next piece, it has written this one.
    object.release?.();
  }
}
