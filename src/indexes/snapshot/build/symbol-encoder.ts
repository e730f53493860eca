import { ESCAPE } from '../format/symbol-table.ts';

const HASH_SIZE = 4_096;
const NONE = -1;

/** Codes text with a given set of symbols: the longest symbol that fits, at each place. */
export class SymbolEncoder {
  readonly symbols: readonly Uint8Array[];
  /** Code of a one-byte symbol, and of a two-byte one. */
  readonly #single = new Int16Array(256).fill(NONE);
  readonly #double = new Int16Array(65_536).fill(NONE);
  /** Symbols of three bytes and more that begin alike, the longest first. */
  readonly #heads = new Int16Array(HASH_SIZE).fill(NONE);
  readonly #next: Int16Array;
  #codes = new Uint8Array(4_096);

  constructor(symbols: readonly Uint8Array[]) {
    this.symbols = symbols;
    this.#next = new Int16Array(symbols.length).fill(NONE);
    const shortFirst = symbols.map((_, code) => code).sort((a, b) => symbols[a]!.length - symbols[b]!.length);
    for (const code of shortFirst) {
      const symbol = symbols[code]!;
      if (symbol.length === 1) this.#single[symbol[0]!] = code;
      else if (symbol.length === 2) this.#double[symbol[0]! | (symbol[1]! << 8)] = code;
      else {
        const slot = hashOf(symbol[0]!, symbol[1]!, symbol[2]!);
        this.#next[code] = this.#heads[slot]!;
        this.#heads[slot] = code;
      }
    }
  }

  /** Code of the longest symbol at `at`, or -1. */
  longestAt(bytes: Uint8Array, at: number, end: number): number {
    const left = end - at;
    const first = bytes[at]!;
    if (left >= 3) {
      let code = this.#heads[hashOf(first, bytes[at + 1]!, bytes[at + 2]!)]!;
      for (; code !== NONE; code = this.#next[code]!) {
        const symbol = this.symbols[code]!;
        const length = symbol.length;
        if (length > left) continue;
        let index = 0;
        while (index < length && symbol[index] === bytes[at + index]) index += 1;
        if (index === length) return code;
      }
    }
    if (left >= 2) {
      const code = this.#double[first | (bytes[at + 1]! << 8)]!;
      if (code !== NONE) return code;
    }
    return this.#single[first]!;
  }

  /** The codes of `bytes`: a view that is valid until the next call. */
  encode(bytes: Uint8Array): Uint8Array {
    if (this.#codes.length < 2 * bytes.length) this.#codes = new Uint8Array(4 * bytes.length);
    const codes = this.#codes;
    const end = bytes.length;
    let to = 0;
    for (let at = 0; at < end; ) {
      const code = this.longestAt(bytes, at, end);
      if (code === NONE) {
        codes[to++] = ESCAPE;
        codes[to++] = bytes[at++]!;
      } else {
        codes[to++] = code;
        at += this.symbols[code]!.length;
      }
    }
    return codes.subarray(0, to);
  }
}

const hashOf = (first: number, second: number, third: number): number =>
  (Math.imul(first | (second << 8) | (third << 16), 0x9e3779b1) >>> 20) & (HASH_SIZE - 1);
