import { SharedWork } from '../../../core/index.ts';
import type { UnitChecksum } from '../format/checksum.ts';
import { damaged } from '../format/damage.ts';
import type { SectionName } from '../format/sections.ts';
import type { JoinOptions } from './join-ranges.ts';
import { giveBack } from './search-memory.ts';
import type { ReadContext, SectionReader } from './section-reader.ts';

/** A section of equally sized units, each of which begins with its checksum. */
export interface UnitSection {
  readonly section: SectionName;
  readonly unitBytes: number;
  readonly units: number;
}

/** Allows many requests, because many small concurrent ones finish sooner than few large ones. */
const JOIN: JoinOptions = { maxRequests: 40, gapBytes: 32 * 1024, widestGapBytes: 128 * 1024 };
/** Whole sections are processed in pieces of at most this size, which bounds the memory in use. */
const STRETCH_BYTES = 4 * 2 ** 20;

/** Reads each unit of a section once, verifies it, and passes it to `accept`. */
export class UnitLoader {
  readonly #reader: SectionReader;
  readonly #section: UnitSection;
  readonly #checksum: UnitChecksum;
  /** Receives the bytes of one unit, or of several consecutive ones. */
  readonly #accept: (unit: number, bytes: Uint8Array) => void;
  readonly #loaded: Uint8Array;
  #missing: number;
  readonly #whole = new SharedWork<void>();

  constructor(
    reader: SectionReader,
    section: UnitSection,
    checksum: UnitChecksum,
    accept: (unit: number, bytes: Uint8Array) => void,
  ) {
    this.#reader = reader;
    this.#section = section;
    this.#checksum = checksum;
    this.#accept = accept;
    this.#loaded = new Uint8Array(section.units);
    this.#missing = section.units;
  }

  get isEmpty(): boolean {
    return this.#missing === this.#section.units;
  }

  get isComplete(): boolean {
    return this.#missing === 0;
  }

  /** Loads every unit. Concurrent searches share the same requests. */
  all(context: ReadContext): Promise<void> {
    if (this.#missing === 0) return Promise.resolve();
    return this.#whole.get(context.signal, (signal) => this.#loadAll({ ...context, signal }));
  }

  /** Loads those of `units` that are not loaded yet. */
  async some(units: readonly number[], context: ReadContext): Promise<void> {
    const wanted = this.#missing === 0 ? [] : units.filter((unit) => this.#loaded[unit] === 0);
    if (wanted.length === 0) return;
    const { section, unitBytes } = this.#section;
    const ranges = wanted.map((unit) => ({ offset: unit * unitBytes, length: unitBytes }));
    const found = await this.#reader.read(section, ranges, JOIN, context);
    wanted.forEach((unit, index) => {
      this.#take(unit, found[index]!);
    });
  }

  /**
   * Loads every unit from the cold-start copy once it has arrived, or from the section if there is no copy.
   * Verifies the copy's units only if a key is configured; otherwise, the copy's own checksum suffices.
   */
  allFrom(copy: Promise<Uint8Array | undefined>, context: ReadContext): Promise<void> {
    return this.#whole.get(context.signal, async (signal) => {
      const bytes = await copy.catch(() => undefined);
      const { unitBytes, units } = this.#section;
      if (bytes?.length !== units * unitBytes) return this.#loadAll({ ...context, signal });
      if (this.#checksum.isKeyed) {
        this.#takeStretch(0, bytes);
        return;
      }
      this.#accept(0, bytes);
      this.#loaded.fill(1);
      this.#missing = 0;
    });
  }

  async #loadAll(context: ReadContext): Promise<void> {
    const { section, unitBytes, units } = this.#section;
    const stretch = Math.max(1, Math.floor(STRETCH_BYTES / unitBytes));
    for (let from = 0; from < units; from += stretch) {
      const count = Math.min(stretch, units - from);
      const bytes = new Uint8Array(count * unitBytes);
      await this.#reader.readInto(section, from * unitBytes, bytes, context);
      this.#takeStretch(from, bytes);
      giveBack(bytes);
    }
  }

  #takeStretch(from: number, bytes: Uint8Array): void {
    const { unitBytes } = this.#section;
    for (let at = 0; at < bytes.length; at += unitBytes)
      this.#take(from + at / unitBytes, bytes.subarray(at, at + unitBytes));
  }

  #take(unit: number, bytes: Uint8Array): void {
    if (this.#loaded[unit] !== 0) return;
    const { section } = this.#section;
    const stored = (bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24)) >>> 0;
    if (stored !== this.#checksum.of(unit, bytes.subarray(4)))
      throw damaged(`unit ${unit} of ${section}`, 'does not match its checksum');
    this.#accept(unit, bytes);
    this.#loaded[unit] = 1;
    this.#missing -= 1;
  }
}
