import { normaliseText, SragError } from '../core/index.ts';
import { decodeCp949 } from './decode-korean.ts';

const SAMPLE_BYTES = 8_192;
/** Control characters that text files hold: tab, line feed, vertical tab, form feed, carriage return, escape. */
const TEXT_CONTROLS = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b]);
const MAX_CONTROL_SHARE = 0.1;
const MAX_STRAY_NUL_SHARE = 0.02;
/** Tried anyway, by a better decoder. */
const UNHELPFUL_LABELS = /^(?:utf-?8|euc-kr|cp949|ks_?c_?5601.*|windows-949|korean)$/i;
/** Least share of common Hangul among double-byte characters before bytes are taken for Korean. */
const MIN_HANGUL_SHARE = 0.5;

/**
 * Decodes a text file: by its byte order mark, else UTF-16 where the NUL bytes say so, else strict UTF-8, else the
 * `declared` encoding of the file itself (a WHATWG label), else CP949 (which holds EUC-KR) where it gives Korean.
 * The result is NFC-normalised, well-formed, with `\n` line ends and without byte order mark.
 * @throws FILE_BINARY, UNKNOWN_ENCODING (names the first bad byte and its offset)
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  return cleanText(decodeBytes(bytes, declared));
}

/** NFC, well-formed (lone surrogates become U+FFFD) and `\n` line ends: the form that offsets are taken in. */
export const cleanText = (text: string): string =>
  normaliseText((text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).toWellFormed(), 'NFC');

function decodeBytes(bytes: Uint8Array, declared: string | undefined): string {
  const wide = wideEncoding(bytes);
  if (wide !== undefined) {
    // An odd last byte is half a character: the fatal decoder refuses it.
    const text = decodeStrictly(bytes, wide);
    if (text === undefined)
      throw unknownEncoding(`It looks like ${wide.toUpperCase()}, but is not valid as such.`);
    return text;
  }
  if (looksBinary(bytes)) {
    throw new SragError('FILE_BINARY', 'The file holds binary data, not text (NUL or control bytes).', {
      remedy: 'Give it the ending of its real format, or exclude it.',
    });
  }
  const text =
    decodeStrictly(bytes, 'utf-8') ??
    (declared === undefined || UNHELPFUL_LABELS.test(declared)
      ? undefined
      : decodeStrictly(bytes, declared)) ??
    (looksKorean(bytes) ? decodeCp949(bytes) : undefined);
  if (text !== undefined) return text;
  const offset = firstBadByte(bytes);
  const value = bytes[offset]?.toString(16).toUpperCase().padStart(2, '0') ?? 'none';
  throw unknownEncoding(`Byte 0x${value} at offset ${offset} is neither UTF-8 nor Korean CP949.`);
}

const unknownEncoding = (message: string): SragError =>
  new SragError('UNKNOWN_ENCODING', message, {
    remedy:
      'Convert it to UTF-8, for example: iconv -f ENCODING -t UTF-8 FILE. If it was cut short, get it again.',
  });

function decodeStrictly(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** UTF-16 by its mark, or without one where NUL bytes fall on one side of the pairs and the rest reads as text. */
function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const isUtf32 = bytes[0] === 0xff && bytes[1] === 0xfe && bytes[2] === 0 && bytes[3] === 0;
  if (isUtf32) throw unknownEncoding('The file is UTF-32.');
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const nuls: [number, number] = [0, 0];
  for (let index = 0; index < sample.length; index++)
    if (sample[index] === 0) nuls[(index % 2) as 0 | 1] += 1;
  if (nuls[0] + nuls[1] === 0) return undefined;
  const strays = Math.min(...nuls);
  if (strays > sample.length * MAX_STRAY_NUL_SHARE) return undefined;
  const encoding = nuls[1] > nuls[0] ? 'utf-16le' : 'utf-16be';
  const text = decodeStrictly(sample.subarray(0, sample.length - (sample.length % 2)), encoding);
  return text !== undefined && readsAsText(text) ? encoding : undefined;
}

function readsAsText(text: string): boolean {
  const odd =
    text
      .match(/[\p{Cn}\p{Co}\p{Cc}]/gu)
      ?.filter((character) => !TEXT_CONTROLS.has(character.charCodeAt(0))) ?? [];
  return odd.length <= text.length * MAX_STRAY_NUL_SHARE && /[\s\p{L}\p{N}]/u.test(text);
}

function looksBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let controls = 0;
  for (const byte of sample) if (byte < 0x20 && !TEXT_CONTROLS.has(byte)) controls += 1;
  return bytes.includes(0) || controls > sample.length * MAX_CONTROL_SHARE;
}

/** Whether double bytes fall mostly into KS X 1001's 2,350 common syllables (lead B0-C8, trail A1-FE). */
function looksKorean(bytes: Uint8Array): boolean {
  let pairs = 0;
  let hangul = 0;
  for (let index = 0; index + 1 < bytes.length; index++) {
    const lead = bytes[index]!;
    if (lead < 0x80) continue;
    pairs += 1;
    index += 1;
    if (lead >= 0xb0 && lead <= 0xc8 && bytes[index]! >= 0xa1) hangul += 1;
  }
  return hangul > 0 && hangul >= pairs * MIN_HANGUL_SHARE;
}

/** Offset of the first byte that is not UTF-8, by halving. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (good < bad) {
    const middle = (good + bad + 1) >> 1;
    const decoder = new TextDecoder('utf-8', { fatal: true });
    try {
      decoder.decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle - 1;
    }
  }
  // What is left open at the end is the beginning of the bad character.
  while (good > 0 && decodeStrictly(bytes.subarray(0, good), 'utf-8') === undefined) good -= 1;
  return good;
}
