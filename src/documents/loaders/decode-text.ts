import { normaliseText, SragError } from '../../core/index.ts';
import { countCharacters, decodeAs, encodingNamed } from './decode-bytes.ts';
import { detectEncoding } from './detect-encoding.ts';
import { withoutBlobs } from './without-blobs.ts';

const SAMPLE_BYTES = 8_192;
/** Control characters that text files hold: tab, line feed, vertical tab, form feed, carriage return, escape. */
const TEXT_CONTROLS = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b]);
const MAX_CONTROL_SHARE = 0.1;
const MAX_STRAY_NUL_SHARE = 0.02;
/** NUL bytes of a page that a program left in it, and of text of any length. */
const MAX_NULS = 3;
/** Share of characters that may be bytes which do not fit, where the encoding is declared. */
const MAX_BAD_SHARE = 0.05;
/** The same of text that is UTF-8 by all its other characters outside ASCII, which must be so many times as many. */
const EVIDENT_RATIO = 8;

/**
 * Decodes a text file: by its byte order mark, else UTF-16 where the NUL bytes say so, else UTF-8, else the `declared`
 * encoding of the file itself, else the one whose reading looks like text ({@link detectEncoding}). A few bytes that
 * do not fit become U+FFFD where the encoding is declared, or evident by all others; a few NUL bytes are left out.
 * The result is NFC-normalised, well-formed, with `\n` line ends and without byte order mark.
 * @throws FILE_BINARY, UNKNOWN_ENCODING (names the first bad byte and its offset)
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  return documentText(decodeBytes(bytes, declared).replaceAll('\0', ''));
}

/** NFC, well-formed (lone surrogates become U+FFFD) and `\n` line ends: the form that offsets are taken in. */
export const cleanText = (text: string): string =>
  normaliseText((text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).toWellFormed(), 'NFC');

/** Text of a document: clean, and without binary data that was written as text. */
export const documentText = (text: string): string => withoutBlobs(cleanText(text));

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
    escapedText(bytes) ??
    decodeStrictly(bytes, 'utf-8') ??
    evidentUtf8(bytes) ??
    (declared === undefined ? undefined : declaredText(bytes, declared)) ??
    detectedText(bytes);
  if (text !== undefined) return text;
  const offset = firstBadByte(bytes);
  const value = bytes[offset]?.toString(16).toUpperCase().padStart(2, '0') ?? 'none';
  throw unknownEncoding(
    `Byte 0x${value} at offset ${offset} is not UTF-8, and no other encoding gives clear text.`,
  );
}

/** ISO-2022-JP, whose bytes are ASCII, too. */
function escapedText(bytes: Uint8Array): string | undefined {
  const sequence = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\x1b$');
  return sequence < 0 ? undefined : decodeStrictly(bytes, 'iso-2022-jp');
}

/** UTF-8 with few bytes that do not fit among many characters that do. */
function evidentUtf8(bytes: Uint8Array): string | undefined {
  const text = decodeAs(bytes, 'utf-8');
  const { beyondAscii, bad } = countCharacters(text);
  return beyondAscii - bad >= bad * EVIDENT_RATIO ? text : undefined;
}

function declaredText(bytes: Uint8Array, label: string): string | undefined {
  const encoding = encodingNamed(label);
  if (encoding === undefined) return undefined;
  // A declaration that can be read byte by byte is not in UTF-16, whatever it says (WHATWG HTML, 13.2.3.2).
  const text = decodeAs(bytes, encoding.startsWith('utf-16') ? 'utf-8' : encoding);
  return countCharacters(text).bad <= text.length * MAX_BAD_SHARE ? text : undefined;
}

function detectedText(bytes: Uint8Array): string | undefined {
  const encoding = detectEncoding(bytes);
  if (encoding === undefined) return undefined;
  const text = decodeAs(bytes, encoding);
  return countCharacters(text).bad <= text.length * MAX_BAD_SHARE ? text : undefined;
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

function countNuls(bytes: Uint8Array): number {
  let nuls = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) nuls += 1;
  return nuls;
}

function looksBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let controls = 0;
  for (const byte of sample) if (byte < 0x20 && !TEXT_CONTROLS.has(byte)) controls += 1;
  const nuls = countNuls(bytes);
  const mostNuls = Math.min(Math.max(MAX_NULS, bytes.length * MAX_STRAY_NUL_SHARE), bytes.length / 10);
  return nuls > mostNuls || controls > sample.length * MAX_CONTROL_SHARE;
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
