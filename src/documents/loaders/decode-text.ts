import { normaliseText, SragError } from '../../core/index.ts';
import { countCharacters, decodeAs, encodingNamed } from './decode-bytes.ts';
import { detectEncoding } from './detect-encoding.ts';
import { withoutBlobs } from './without-blobs.ts';

const SAMPLE_BYTES = 8_192;
/** Control characters that occur in text files: tab, line feed, vertical tab, form feed, carriage return, escape. */
const TEXT_CONTROLS = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b]);
const MAX_CONTROL_SHARE = 0.1;
const MAX_STRAY_NUL_SHARE = 0.02;
/** Number of NUL bytes that are tolerated in a text of any length, because some programs leave a few. */
const MAX_NULS = 3;
/** Maximum share of invalid bytes if the encoding is declared. */
const MAX_BAD_SHARE = 0.05;
/** Text is evidently UTF-8 if it has this many valid characters outside ASCII per invalid one. */
const EVIDENT_RATIO = 8;

/**
 * Decodes a text file. Precedence: byte order mark, UTF-16 recognised by its NUL bytes, UTF-8, the encoding
 * `declared` in the file, the detected encoding ({@link detectEncoding}). A few invalid bytes become U+FFFD
 * if the encoding is declared or evident; a few NUL bytes are removed. The result is NFC-normalised and
 * well-formed, with `\n` line ends and without byte order mark.
 * @throws FILE_BINARY, UNKNOWN_ENCODING (names the first invalid byte and its offset)
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  return documentText(decodeBytes(bytes, declared).replaceAll('\0', ''));
}

/**
 * Converts text to the form that offsets refer to: NFC, with `\n` line ends, and with U+FFFD for lone
 * surrogates.
 */
export const cleanText = (text: string): string =>
  normaliseText((text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).toWellFormed(), 'NFC');

/** Converts a text to the text of its document: cleaned, and without binary data that is encoded as text. */
export const documentText = (text: string): string => withoutBlobs(cleanText(text));

function decodeBytes(bytes: Uint8Array, declared: string | undefined): string {
  const wide = wideEncoding(bytes);
  if (wide !== undefined) {
    // The strict decoder rejects an odd last byte, because it is half a character.
    const text = decodeStrictly(bytes, wide);
    if (text === undefined)
      throw unknownEncoding(`It looks like ${wide.toUpperCase()} but contains invalid bytes.`);
    return text;
  }
  if (looksBinary(bytes)) {
    throw new SragError('FILE_BINARY', 'The file contains binary data, not text (NUL or control bytes).', {
      remedy: 'Give it the file extension of its real format, or exclude it.',
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
    `Byte 0x${value} at offset ${offset} is not UTF-8, and no other encoding yields plausible text.`,
  );
}

/** Decodes ISO-2022-JP, which uses only ASCII bytes; undefined for other texts. */
function escapedText(bytes: Uint8Array): string | undefined {
  const sequence = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\x1b$');
  return sequence < 0 ? undefined : decodeStrictly(bytes, 'iso-2022-jp');
}

/** Decodes UTF-8 with few invalid bytes among many valid characters; undefined for other texts. */
function evidentUtf8(bytes: Uint8Array): string | undefined {
  const text = decodeAs(bytes, 'utf-8');
  const { beyondAscii, bad } = countCharacters(text);
  return beyondAscii - bad >= bad * EVIDENT_RATIO ? text : undefined;
}

function declaredText(bytes: Uint8Array, label: string): string | undefined {
  const encoding = encodingNamed(label);
  if (encoding === undefined) return undefined;
  // If a declaration of UTF-16 is readable as ASCII, it is wrong (WHATWG HTML, 13.2.3.2).
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
      'Convert it to UTF-8, for example: iconv -f ENCODING -t UTF-8 FILE. If it is truncated, get it again.',
  });

function decodeStrictly(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Detects UTF-16 by its byte order mark, or by NUL bytes on one side of the byte pairs if the result looks
 * like text.
 */
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

/** Offset of the first byte that is not UTF-8, by binary search. */
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
  // Move back to the beginning of the incomplete character.
  while (good > 0 && decodeStrictly(bytes.subarray(0, good), 'utf-8') === undefined) good -= 1;
  return good;
}
