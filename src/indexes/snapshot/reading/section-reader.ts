import type { ByteRange } from '../../../io/storage/index.ts';
import { damaged } from '../format/damage.ts';
import { type SectionName, type Sections, sectionBytes, segmentKey } from '../format/sections.ts';
import type { FolderCache } from './folder-cache.ts';
import { type JoinOptions, joinRanges } from './join-ranges.ts';
import type { ReadMeter } from './read-meter.ts';
import type { ReliableReads } from './reliable-reads.ts';
import type { SearchMemory } from './search-memory.ts';

/** Meter, cancellation and buffers of one read. */
export interface ReadContext {
  readonly meter: ReadMeter;
  readonly signal?: AbortSignal | undefined;
  readonly memory: SearchMemory;
}

/** A range of a section within one segment. */
interface Place {
  readonly segment: number;
  /** Relative to the segment. */
  readonly offset: number;
  readonly length: number;
  /** Relative to the section. */
  readonly start: number;
}

/** Whole sections are read in concurrent pieces of about this size. */
const PIECE_BYTES = 3 * 2 ** 20;

/** Reads ranges of sections: from the cache folder if the segment is cached, else from the storage in few requests. */
export class SectionReader {
  readonly #reads: ReliableReads;
  readonly #prefix: string;
  readonly #sections: Sections;
  readonly #cache: FolderCache | undefined;

  constructor(reads: ReliableReads, prefix: string, sections: Sections, cache: FolderCache | undefined) {
    this.#reads = reads;
    this.#prefix = prefix;
    this.#sections = sections;
    this.#cache = cache;
  }

  sizeBytes(section: SectionName): number {
    return sectionBytes(this.#sections[section]);
  }

  /** Whether every segment of a section is in the cache folder. */
  isLocal(section: SectionName): boolean {
    return this.#sections[section].every((_, segment) => this.#cache?.has(section, segment) === true);
  }

  /**
   * Reads the bytes of each range into the search's memory, joined according to `join`. Reads nothing from
   * storage if all ranges are in the cache folder.
   * @throws DAMAGED_STORE if a range ends beyond the section
   */
  async read(
    section: SectionName,
    ranges: readonly ByteRange[],
    join: JoinOptions,
    context: ReadContext,
  ): Promise<Uint8Array[]> {
    const found = new Array<Uint8Array>(ranges.length);
    const missing = this.#readLocal(section, ranges, found, context);
    const joined = joinRanges(
      missing.map((index) => ranges[index]!),
      join,
    );
    await Promise.all(
      joined.map(async ({ offset, length, covers }) => {
        const wanted = covers.map((covered) => missing[covered]!);
        let taken = false;
        const take = (start: number, bytes: Uint8Array): void => {
          // Memory is allocated only when data has arrived, and not for the gaps, which may be most of the
          // bytes.
          if (!taken) takePlaces(ranges, wanted, found, context.memory);
          taken = true;
          for (const index of wanted) copyCommon(bytes, start, found[index]!, ranges[index]!.offset);
        };
        await Promise.all(
          this.#split(section, { offset, length }).map((place) => this.#fetch(section, place, context, take)),
        );
      }),
    );
    return found;
  }

  /**
   * Reads a whole section in concurrent pieces. Memory is allocated when data arrives, not for a size that a
   * header claims.
   */
  async readWhole(section: SectionName, context: ReadContext): Promise<Uint8Array<ArrayBuffer>> {
    const size = this.sizeBytes(section);
    let whole: Uint8Array<ArrayBuffer> | undefined;
    await this.#pieces(section, { offset: 0, length: size }, context, () => {
      whole ??= new Uint8Array(size);
      return whole;
    });
    return whole ?? new Uint8Array(0);
  }

  /** Fills `target` with the section's bytes from `start` on, read in concurrent pieces. */
  async readInto(
    section: SectionName,
    start: number,
    target: Uint8Array,
    context: ReadContext,
  ): Promise<void> {
    await this.#pieces(section, { offset: start, length: target.length }, context, () => target);
  }

  /** Reads cached ranges into `found`; returns the indexes of the others. */
  #readLocal(
    section: SectionName,
    ranges: readonly ByteRange[],
    found: Uint8Array[],
    { meter, memory }: ReadContext,
  ): number[] {
    const cache = this.#cache;
    const all = ranges.map((_, index) => index);
    if (cache === undefined || cache.isEmpty) return all;
    const places = ranges.map((range) => this.#split(section, range));
    const local = all.filter(
      (index) => places[index]!.length === 1 && cache.has(section, places[index]![0]!.segment),
    );
    takePlaces(ranges, local, found, memory);
    const here = local.filter((index) => {
      const { segment, offset } = places[index]![0]!;
      return cache.read(section, segment, offset, found[index]!);
    });
    meter.hit(here.length);
    if (here.length === all.length) return [];
    const read = new Set(here);
    return all.filter((index) => !read.has(index));
  }

  async #pieces(
    section: SectionName,
    range: ByteRange,
    context: ReadContext,
    target: () => Uint8Array,
  ): Promise<void> {
    const pieces = Math.max(1, Math.ceil(range.length / PIECE_BYTES));
    const pieceBytes = Math.ceil(range.length / pieces);
    const places = this.#split(section, range).flatMap((place) => cut(place, pieceBytes));
    await Promise.all(
      places.map(async (place) => {
        const { segment, offset, length, start } = place;
        const at = start - range.offset;
        const isLocal =
          this.#cache?.has(section, segment) === true &&
          this.#cache.read(section, segment, offset, target().subarray(at, at + length));
        if (isLocal) context.meter.hit();
        else
          await this.#fetch(section, place, context, (from, bytes) =>
            target().set(bytes, from - range.offset),
          );
      }),
    );
  }

  /**
   * Reads from the storage. `take` receives bytes, which are valid until it returns, and their offset in the
   * section.
   */
  async #fetch(
    section: SectionName,
    { segment, offset, length, start }: Place,
    context: ReadContext,
    take: (start: number, bytes: Uint8Array) => void,
  ): Promise<void> {
    const key = this.#prefix + segmentKey(section, segment);
    const object = await this.#reads.read(key, { offset, length }, context.meter, context.signal, {
      take: (at, bytes) => take(start + at, bytes),
    });
    if (object.taken === undefined) take(start, object.bytes);
    object.release?.();
  }

  #split(section: SectionName, range: ByteRange): Place[] {
    const places: Place[] = [];
    let start = 0;
    const end = range.offset + range.length;
    for (const [segment, size] of this.#sections[section].entries()) {
      const from = Math.max(range.offset, start);
      const until = Math.min(end, start + size);
      if (from < until) places.push({ segment, offset: from - start, length: until - from, start: from });
      start += size;
    }
    if (end > start || range.offset < 0) throw damaged(section, `has no bytes ${range.offset} to ${end}`);
    return places;
  }
}

/** Allocates one buffer for the `wanted` ranges and assigns each its slice. */
function takePlaces(
  ranges: readonly ByteRange[],
  wanted: readonly number[],
  places: Uint8Array[],
  memory: SearchMemory,
): void {
  if (wanted.length === 0) return;
  const all = memory.take(wanted.reduce((sum, index) => sum + ranges[index]!.length, 0));
  let at = 0;
  for (const index of wanted) {
    places[index] = all.subarray(at, at + ranges[index]!.length);
    at += ranges[index]!.length;
  }
}

/** Copies the bytes that two ranges of one section have in common. */
function copyCommon(source: Uint8Array, sourceStart: number, target: Uint8Array, targetStart: number): void {
  const from = Math.max(sourceStart, targetStart);
  const until = Math.min(sourceStart + source.length, targetStart + target.length);
  if (from < until) target.set(source.subarray(from - sourceStart, until - sourceStart), from - targetStart);
}

/** Splits a range of a segment into pieces of at most `pieceBytes`. */
const cut = ({ segment, offset, length, start }: Place, pieceBytes: number): Place[] =>
  Array.from({ length: Math.ceil(length / pieceBytes) }, (_, piece) => {
    const at = piece * pieceBytes;
    return { segment, offset: offset + at, length: Math.min(pieceBytes, length - at), start: start + at };
  });
