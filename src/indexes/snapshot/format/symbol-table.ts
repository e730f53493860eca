import { type QueryKernels, queryKernels } from '../kernels/kernels.ts';
import { KernelMemory } from '../kernels/memory.ts';
import { damaged } from './damage.ts';

/** Code that precedes a byte not covered by any symbol. */
export const ESCAPE = 255;
export const MAX_SYMBOLS = 255;
export const MAX_SYMBOL_BYTES = 8;

/**
 * Up to 255 byte strings of 1 to 8 bytes. Text is stored as their one-byte codes, and other bytes after an
 * escape (FSST, Boncz et al., VLDB 2020). This halves the size; each text is decoded independently, as fast
 * as it could be copied.
 */
export class SymbolTable {
  readonly #bytes: Uint8Array;
  readonly #memory = new KernelMemory();
  readonly #kernels: QueryKernels;
  /** Addresses in the kernels' memory. */
  readonly #symbols: number;
  readonly #lengths: number;
  #work = 0;
  #workBytes = 0;

  private constructor(symbols: Uint8Array, lengths: Uint8Array, bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#kernels = queryKernels(this.#memory.memory);
    this.#symbols = this.#memory.reserve(symbols.length);
    this.#lengths = this.#memory.reserve(lengths.length);
    this.#memory.bytes.set(symbols, this.#symbols);
    this.#memory.bytes.set(lengths, this.#lengths);
  }

  /** Reads a table: for each symbol its length and its bytes. @throws DAMAGED_STORE */
  static fromBytes(bytes: Uint8Array): SymbolTable {
    const symbols = new Uint8Array(256 * MAX_SYMBOL_BYTES);
    const lengths = new Uint8Array(256);
    let at = 0;
    let code = 0;
    while (at < bytes.length) {
      const length = bytes[at]!;
      const isWrong = length === 0 || length > MAX_SYMBOL_BYTES || at + 1 + length > bytes.length;
      if (isWrong || code === MAX_SYMBOLS) throw damaged('the symbol table', 'has a wrong entry');
      symbols.set(bytes.subarray(at + 1, at + 1 + length), code * MAX_SYMBOL_BYTES);
      lengths[code] = length;
      code += 1;
      at += 1 + length;
    }
    return new SymbolTable(symbols, lengths, bytes);
  }

  static of(symbols: readonly Uint8Array[]): SymbolTable {
    const bytes = new Uint8Array(symbols.reduce((sum, symbol) => sum + 1 + symbol.length, 0));
    let at = 0;
    for (const symbol of symbols) {
      bytes[at] = symbol.length;
      bytes.set(symbol, at + 1);
      at += 1 + symbol.length;
    }
    return SymbolTable.fromBytes(bytes);
  }

  toBytes(): Uint8Array {
    return this.#bytes;
  }

  /**
   * Decodes `codes` to `rawBytes` bytes. Returns a view that is valid until the next call.
   * @throws DAMAGED_STORE if the decoded size differs.
   */
  decode(codes: Uint8Array, rawBytes: number): Uint8Array {
    const outAt = Math.ceil(codes.length / 8) * 8;
    const wanted = outAt + rawBytes + MAX_SYMBOL_BYTES;
    if (wanted > this.#workBytes) {
      this.#workBytes = 2 * wanted;
      this.#work = this.#memory.reserve(this.#workBytes);
    }
    this.#memory.bytes.set(codes, this.#work);
    const out = this.#work + outAt;
    const length = this.#kernels.decode(
      this.#work,
      codes.length,
      this.#symbols,
      this.#lengths,
      out,
      rawBytes,
    );
    if (length !== rawBytes) throw damaged('a text', `does not decode to its ${rawBytes} bytes`);
    return this.#memory.bytes.subarray(out, out + rawBytes);
  }
}
