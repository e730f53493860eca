import type { ByteRange } from '../../../storage/index.ts';
import { damaged } from '../format/damage.ts';
import { type SectionName, type Sections, sectionBytes, segmentKey } from '../format/sections.ts';
import type { FolderCache } from './folder-cache.ts';
import { type JoinOptions, joinRanges } from './join-ranges.ts';
import type { ReadMeter } from './read-meter.ts';
import type { ReliableReads } from './reliable-reads.ts';

/** What a read may cost and who pays for it. */
export interface ReadContext {
  readonly meter: ReadMeter;
  readonly signal?: AbortSignal | undefined;
}

/** Whole sections are read in pieces of about this size at once. */
const PIECE_BYTES = 3 * 2 ** 20;

/** Reads ranges of sections: from the cache folder where a segment is there, else from the storage in few requests. */
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

  /** Whether every segment of a section lies in the cache folder. */
  isLocal(section: SectionName): boolean {
    return this.#sections[section].every((_, segment) => this.#cache?.has(section, segment) === true);
  }

  /** A range of a section whose segments are all local, without waiting. */
  readLocal(section: SectionName, range: ByteRange): Uint8Array | undefined {
    const places = this.#split(section, range);
    const [place] = places;
    if (places.length !== 1 || place === undefined) return undefined;
    return this.#cache?.read(section, place.segment, place.offset, place.length);
  }

  /** The bytes of each range. Ranges are joined as `join` says. @throws DAMAGED_STORE beyond the section's end. */
  async read(
    section: SectionName,
    ranges: readonly ByteRange[],
    join: JoinOptions,
    context: ReadContext,
  ): Promise<Uint8Array[]> {
    const found = new Array<Uint8Array>(ranges.length);
    const missing: number[] = [];
    ranges.forEach((range, index) => {
      const local = this.#cache === undefined ? undefined : this.readLocal(section, range);
      if (local === undefined) missing.push(index);
      else {
        context.meter.hit();
        found[index] = local;
      }
    });
    const joined = joinRanges(
      missing.map((index) => ranges[index]!),
      join,
    );
    await Promise.all(
      joined.map(async ({ offset, length, covers }) => {
        const bytes = await this.#fetch(section, { offset, length }, context);
        for (const covered of covers) {
          const index = missing[covered]!;
          const range = ranges[index]!;
          found[index] = bytes.subarray(range.offset - offset, range.offset - offset + range.length);
        }
      }),
    );
    return found;
  }

  /** A whole section, in pieces read at once. Memory is taken for it when something has come, not for a claim. */
  async readWhole(section: SectionName, context: ReadContext): Promise<Uint8Array> {
    const size = this.sizeBytes(section);
    let whole: Uint8Array | undefined;
    await this.#pieces(section, { offset: 0, length: size }, context, (offset, bytes) => {
      whole ??= new Uint8Array(size);
      whole.set(bytes, offset);
    });
    return whole ?? new Uint8Array(0);
  }

  /** Fills `target` with the section's bytes from `start` on, in pieces read at once. */
  async readInto(
    section: SectionName,
    start: number,
    target: Uint8Array,
    context: ReadContext,
  ): Promise<void> {
    const range = { offset: start, length: target.length };
    await this.#pieces(section, range, context, (offset, bytes) => target.set(bytes, offset));
  }

  async #pieces(
    section: SectionName,
    range: ByteRange,
    context: ReadContext,
    take: (offset: number, bytes: Uint8Array) => void,
  ): Promise<void> {
    const pieces = Math.max(1, Math.ceil(range.length / PIECE_BYTES));
    const pieceBytes = Math.ceil(range.length / pieces);
    await Promise.all(
      Array.from({ length: pieces }, async (_, piece) => {
        const offset = piece * pieceBytes;
        const length = Math.min(pieceBytes, range.length - offset);
        if (length > 0)
          take(offset, await this.#fetch(section, { offset: range.offset + offset, length }, context));
      }),
    );
  }

  async #fetch(section: SectionName, range: ByteRange, context: ReadContext): Promise<Uint8Array> {
    const places = this.#split(section, range);
    const parts = await Promise.all(
      places.map(async ({ segment, offset, length }) => {
        const local = this.#cache?.read(section, segment, offset, length);
        if (local !== undefined) {
          context.meter.hit();
          return local;
        }
        const key = this.#prefix + segmentKey(section, segment);
        const { bytes } = await this.#reads.read(key, { offset, length }, context.meter, context.signal);
        return bytes;
      }),
    );
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  #split(section: SectionName, range: ByteRange): { segment: number; offset: number; length: number }[] {
    const places: { segment: number; offset: number; length: number }[] = [];
    let start = 0;
    const end = range.offset + range.length;
    for (const [segment, size] of this.#sections[section].entries()) {
      const from = Math.max(range.offset, start);
      const until = Math.min(end, start + size);
      if (from < until) places.push({ segment, offset: from - start, length: until - from });
      start += size;
    }
    if (end > start || range.offset < 0) throw damaged(section, `has no bytes ${range.offset} to ${end}`);
    return places;
  }
}
