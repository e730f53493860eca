import type { ChunkerSettings } from '../../core/index.ts';
import { cutsRun, estimateTokens } from './estimate-tokens.ts';
import type { Part } from './sections.ts';
import { type Unit, unitsOf } from './units.ts';

/** Offsets and estimated tokens of a chunk. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
}

/**
 * A chunk does not end before it reaches this share of the target size, unless the next unit exceeds the
 * budget.
 */
const GROWING_SHARE = 0.6;

/**
 * Packs parts that do not fit into one chunk into several of about equal size. Each chunk is within the
 * budget and starts with the last sentences of the previous one. It ends with a heading only if the text
 * after it does not fit.
 */
export function packParts(text: string, parts: readonly Part[], settings: ChunkerSettings): readonly Span[] {
  const packer = new Packer(
    text,
    settings,
    parts.reduce((sum, part) => sum + part.tokens, 0),
  );
  for (const part of parts) for (const unit of unitsOf(text, part, settings.maxTokens)) packer.place(unit);
  return packer.finish();
}

class Packer {
  readonly #text: string;
  readonly #maxTokens: number;
  readonly #overlapTokens: number;
  readonly #sizeAimedAt: number;
  readonly #spans: Span[] = [];
  #units: Unit[] = [];
  /** Number of leading units that are repeated from the previous chunk. */
  #repeated = 0;
  #tokens = 0;

  constructor(text: string, { maxTokens, overlapTokens }: ChunkerSettings, tokens: number) {
    this.#text = text;
    this.#maxTokens = maxTokens;
    this.#overlapTokens = overlapTokens;
    const count = Math.ceil(Math.max(1, tokens - overlapTokens) / (maxTokens - overlapTokens));
    this.#sizeAimedAt = Math.min(maxTokens, Math.ceil((tokens - overlapTokens) / count) + overlapTokens);
  }

  place(unit: Unit): void {
    if (this.#units.length > this.#repeated && this.#endsBefore(unit)) this.#close();
    // If the chunk exceeds the budget here, it only contains repeated units: drop the first ones.
    while (this.#with(unit) > this.#maxTokens) this.#restart(this.#units.slice(1));
    this.#tokens = this.#with(unit);
    this.#units.push(unit);
  }

  finish(): readonly Span[] {
    if (this.#units.length > this.#repeated) this.#emit(this.#units);
    return this.#spans;
  }

  #endsBefore(unit: Unit): boolean {
    const tokens = this.#with(unit);
    if (tokens > this.#maxTokens) return true;
    const isGrown = this.#tokens >= this.#sizeAimedAt * GROWING_SHARE;
    if (!isGrown || this.#units.at(-1)?.kind === 'heading') return false;
    if (tokens > this.#sizeAimedAt) return true;
    // Ends the chunk rather than splitting a paragraph that fits into the next chunk.
    const whole = unit.partTokens ?? 0;
    return this.#tokens + whole > this.#maxTokens && whole <= this.#sizeAimedAt - this.#overlapTokens;
  }

  #with(unit: Unit): number {
    const first = this.#units[0];
    if (first === undefined) return unit.tokens;
    return cutsRun(this.#text, unit.start)
      ? estimateTokens(this.#text, first.start, unit.end)
      : this.#tokens + unit.tokens;
  }

  #close(): void {
    this.#emit(this.#units);
    this.#restart(this.#tail(this.#units));
  }

  /** The last sentences that fit into the overlap, but never all sentences of a chunk. */
  #tail(units: readonly Unit[]): Unit[] {
    let from = units.length;
    let tokens = 0;
    while (from > this.#repeated + 1 && units[from - 1]!.canOverlap) {
      tokens += units[from - 1]!.tokens;
      if (tokens > this.#overlapTokens) break;
      from -= 1;
    }
    return units.slice(from);
  }

  /** Begins a chunk with units that are repeated from the previous one. */
  #restart(units: Unit[]): void {
    this.#units = units;
    this.#repeated = units.length;
    this.#tokens = this.#measure(units);
  }

  #emit(units: readonly Unit[]): void {
    this.#spans.push({ start: units[0]!.start, end: units.at(-1)!.end, tokens: this.#measure(units) });
  }

  #measure(units: readonly Unit[]): number {
    return units.length === 0 ? 0 : estimateTokens(this.#text, units[0]!.start, units.at(-1)!.end);
  }
}
