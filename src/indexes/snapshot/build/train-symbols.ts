import { MAX_SYMBOL_BYTES, MAX_SYMBOLS } from '../format/symbol-table.ts';
import { SymbolEncoder } from './symbol-encoder.ts';

const ROUNDS = 5;
/** Bytes without a symbol are numbered from here; lower numbers are symbols. */
const BYTE = 256;

/**
 * Chooses up to 255 byte strings that best compress texts like the samples (FSST, Boncz et al., VLDB 2020):
 * each round encodes the samples with the current symbols; the best of the used symbols and of the
 * concatenations of adjacent ones form the next set.
 */
export function trainSymbols(samples: readonly Uint8Array[]): SymbolEncoder {
  let encoder = new SymbolEncoder([]);
  for (let round = 0; round < ROUNDS; round++) encoder = new SymbolEncoder(nextSymbols(samples, encoder));
  return encoder;
}

interface Candidate {
  readonly bytes: Uint8Array;
  gain: number;
}

function nextSymbols(samples: readonly Uint8Array[], encoder: SymbolEncoder): Uint8Array[] {
  const singles = new Uint32Array(2 * BYTE);
  const pairs = new Map<number, number>();
  for (const sample of samples) {
    let before = -1;
    for (let at = 0; at < sample.length; ) {
      const code = encoder.longestAt(sample, at, sample.length);
      const symbol = code === -1 ? BYTE + sample[at]! : code;
      singles[symbol]! += 1;
      if (before !== -1) pairs.set(before * 512 + symbol, (pairs.get(before * 512 + symbol) ?? 0) + 1);
      before = symbol;
      at += code === -1 ? 1 : encoder.symbols[code]!.length;
    }
  }
  const bytesOf = (symbol: number): Uint8Array =>
    symbol >= BYTE ? Uint8Array.of(symbol - BYTE) : encoder.symbols[symbol]!;
  const candidates = new Map<string, Candidate>();
  const offer = (bytes: Uint8Array, gain: number): void => {
    const key = Buffer.from(bytes).toString('latin1');
    const known = candidates.get(key);
    if (known === undefined) candidates.set(key, { bytes, gain });
    else known.gain += gain;
  };
  singles.forEach((count, symbol) => {
    if (count === 0) return;
    const bytes = bytesOf(symbol);
    // A byte without its own symbol costs an escape.
    offer(bytes, count * bytes.length * (bytes.length === 1 ? 8 : 1));
  });
  for (const [pair, count] of pairs) {
    const [left, right] = [bytesOf(Math.floor(pair / 512)), bytesOf(pair % 512)];
    if (left.length + right.length > MAX_SYMBOL_BYTES || count < 2) continue;
    const joined = new Uint8Array(left.length + right.length);
    joined.set(left);
    joined.set(right, left.length);
    offer(joined, count * joined.length);
  }
  return [...candidates.values()]
    .sort((left, right) => right.gain - left.gain || Buffer.compare(left.bytes, right.bytes))
    .slice(0, MAX_SYMBOLS)
    .map(({ bytes }) => bytes);
}
