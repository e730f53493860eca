import { damaged } from './damage.ts';

/** Code that stands before a byte that is in no symbol. */
export const ESCAPE = 255;
export const MAX_SYMBOLS = 255;
export const MAX_SYMBOL_BYTES = 8;

/**
 * Up to 255 byte strings of 1 to 8 bytes; text is stored as their one-byte codes, other bytes after an escape
 * (FSST, Boncz et al., VLDB 2020): half the size, and each text can be read alone at the speed of a copy.
 */
export class SymbolTable {
  /** Bytes of all symbols, eight apart. */
  readonly #symbols: Uint8Array;
  readonly #lengths: Uint8Array;
  readonly #bytes: Uint8Array;

  private constructor(symbols: Uint8Array, lengths: Uint8Array, bytes: Uint8Array) {
    this.#symbols = symbols;
    this.#lengths = lengths;
    this.#bytes = bytes;
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

  /** The bytes that `codes` stand for, `rawBytes` of them. @throws DAMAGED_STORE when they are more or fewer. */
  decode(codes: Uint8Array, rawBytes: number): Uint8Array {
    // Whole symbols are copied, so that the last one may write past the end.
    const out = new Uint8Array(rawBytes + MAX_SYMBOL_BYTES);
    const [symbols, lengths] = [this.#symbols, this.#lengths];
    let to = 0;
    for (let at = 0; at < codes.length && to <= rawBytes; at++) {
      const code = codes[at]!;
      if (code === ESCAPE) {
        at += 1;
        out[to++] = codes[at] ?? 0;
        continue;
      }
      const from = code * MAX_SYMBOL_BYTES;
      const length = lengths[code]!;
      for (let index = 0; index < length; index++) out[to + index] = symbols[from + index]!;
      to += length;
    }
    if (to !== rawBytes) throw damaged('a text', `does not decode to its ${rawBytes} bytes`);
    return out.subarray(0, rawBytes);
  }
}
