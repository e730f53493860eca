import { countCharacters, decodeAs } from './decode-bytes.ts';
import { plausibility } from './plausible-text.ts';

const CANDIDATES = ['euc-kr', 'gb18030', 'big5', 'shift_jis', 'euc-jp', 'windows-1252'];
/** Number of bytes that are examined, which suffice to recognise a language. */
const SAMPLE_BYTES = 32_768;
const MAX_BAD_SHARE = 0.02;
const MIN_PLAUSIBILITY = 0.5;
/** If the best two encodings are closer in plausibility than this, the result is ambiguous. */
const MIN_LEAD = 0.12;

interface Reading {
  readonly encoding: string;
  readonly text: string;
  readonly score: number;
}

/** Detects the encoding in which non-Unicode bytes look most like text; undefined if ambiguous. */
export function detectEncoding(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const readings = CANDIDATES.map((encoding) => readingOf(sample, encoding, sample.length < bytes.length));
  const [best, ...others] = readings.sort((left, right) => right.score - left.score);
  if (best === undefined || best.score < MIN_PLAUSIBILITY) return undefined;
  const rival = others.find(({ text }) => text !== best.text);
  return rival === undefined || best.score - rival.score >= MIN_LEAD ? best.encoding : undefined;
}

function readingOf(sample: Uint8Array, encoding: string, isCut: boolean): Reading {
  const text = decodeAs(sample, encoding);
  const { beyondAscii, bad } = countCharacters(text);
  const isValid = bad <= beyondAscii * MAX_BAD_SHARE + (isCut ? 1 : 0);
  return { encoding, text, score: isValid ? plausibility(text, encoding) : 0 };
}
