import { MAX_SYMBOL_BYTES } from '../format/symbol-table.ts';
import { type BuildKernels, buildKernels } from '../kernels/kernels.ts';
import { KernelMemory } from '../kernels/memory.ts';

const HASH_SIZE = 4_096;
const NONE = -1;

/** Encodes text greedily with a set of symbols: the longest match at each position. */
export class SymbolEncoder {
  readonly symbols: readonly Uint8Array[];
  /** Codes of one-byte symbols, and (`#double`) of two-byte ones. */
  readonly #single = new Int16Array(256).fill(NONE);
  readonly #double = new Int16Array(65_536).fill(NONE);
  /** Symbols of at least three bytes, grouped by prefix, the longest first. */
  readonly #heads = new Int16Array(HASH_SIZE).fill(NONE);
  readonly #next = new Int16Array(256).fill(NONE);
  #coder: Coder | undefined;

  constructor(symbols: readonly Uint8Array[]) {
    this.symbols = symbols;
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

  /** Encodes `bytes`. Returns a view that is valid until the next call. */
  encode(bytes: Uint8Array): Uint8Array {
    this.#coder ??= new Coder(this.symbols, [this.#single, this.#double, this.#heads, this.#next]);
    return this.#coder.encode(bytes);
  }
}

/** The tables of an encoder in the kernels' memory. */
class Coder {
  readonly #memory = new KernelMemory();
  readonly #kernels: BuildKernels;
  readonly #symbols: number;
  readonly #lengths: number;
  readonly #tables: readonly [singles: number, doubles: number, heads: number, next: number];
  #work = 0;
  #capacity = 0;

  constructor(
    symbols: readonly Uint8Array[],
    tables: readonly [Int16Array, Int16Array, Int16Array, Int16Array],
  ) {
    this.#kernels = buildKernels(this.#memory.memory);
    this.#symbols = this.#memory.reserve(256 * MAX_SYMBOL_BYTES);
    this.#lengths = this.#memory.reserve(256);
    symbols.forEach((symbol, code) => {
      this.#memory.bytes.set(symbol, this.#symbols + code * MAX_SYMBOL_BYTES);
      this.#memory.bytes[this.#lengths + code] = symbol.length;
    });
    const place = (table: Int16Array): number => {
      const address = this.#memory.reserve(table.byteLength);
      this.#memory.bytes.set(new Uint8Array(table.buffer), address);
      return address;
    };
    const [singles, doubles, heads, next] = tables;
    this.#tables = [place(singles), place(doubles), place(heads), place(next)];
  }

  encode(bytes: Uint8Array): Uint8Array {
    if (bytes.length > this.#capacity) {
      this.#capacity = 2 * bytes.length;
      // Room for the bytes, for eight more that may be read past their end, and for twice as many codes.
      this.#work = this.#memory.reserve(3 * this.#capacity + 8);
    }
    this.#memory.bytes.set(bytes, this.#work);
    const out = this.#work + this.#capacity + 8;
    const count = this.#kernels.encodeSymbols(
      this.#work,
      bytes.length,
      this.#symbols,
      this.#lengths,
      ...this.#tables,
      out,
    );
    return this.#memory.bytes.subarray(out, out + count);
  }
}

const hashOf = (first: number, second: number, third: number): number =>
  Math.imul(first | (second << 8) | (third << 16), 0x9e3779b1) >>> 20;
