/**
 * Tokens of a run of characters of one kind. Calibrated on English prose and documentation with BERT's
 * WordPiece vocabulary (uncased), and for Hangul with multilingual vocabularies.
 */
const WHOLE_WORD_LETTERS = 9;
const LETTERS_PER_TOKEN_BEYOND = 3.5;
const DIGITS_PER_TOKEN = 2.5;
const HANGUL_SYLLABLES_PER_TOKEN = 1.3;
const OTHER_LETTERS_PER_TOKEN = 2;

/**
 * Kinds of characters; a run of one kind is counted together. SPACE costs no tokens; every SINGLE costs one.
 */
const SPACE = 0;
const LATIN = 1;
const DIGIT = 2;
const HANGUL = 3;
const OTHER_LETTER = 4;
const SINGLE = 5;
type Kind = 0 | 1 | 2 | 3 | 4 | 5;

/** Not classified yet. */
const UNKNOWN = 255;
/** Kind of each UTF-16 unit, filled on demand: filling the whole table would add 20 ms to a cold start. */
const kinds = new Uint8Array(0x1_0000).fill(UNKNOWN);

function kindAt(text: string, index: number): Kind {
  const unit = text.charCodeAt(index);
  if (kinds[unit] === UNKNOWN) kinds[unit] = kindOfUnit(unit);
  return kinds[unit] as Kind;
}

function kindOfUnit(code: number): Kind {
  if (code >= 0xd800 && code <= 0xdbff) return SINGLE;
  // Only the first half of a surrogate pair is counted.
  if (code >= 0xdc00 && code <= 0xdfff) return SPACE;
  const character = String.fromCharCode(code);
  if (/\s/u.test(character)) return SPACE;
  if (/\p{Nd}/u.test(character)) return DIGIT;
  if (/\p{Script=Latin}/u.test(character)) return LATIN;
  if (/\p{Script=Hangul}/u.test(character)) return HANGUL;
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character)) return SINGLE;
  return /[\p{L}\p{M}]/u.test(character) ? OTHER_LETTER : SINGLE;
}

function costOfRun(kind: Kind, length: number): number {
  switch (kind) {
    case SPACE:
      return 0;
    case LATIN:
      return length <= WHOLE_WORD_LETTERS
        ? 1
        : 1 + Math.ceil((length - WHOLE_WORD_LETTERS) / LETTERS_PER_TOKEN_BEYOND);
    case DIGIT:
      return Math.ceil(length / DIGITS_PER_TOKEN);
    case HANGUL:
      return Math.ceil(length / HANGUL_SYLLABLES_PER_TOKEN);
    case OTHER_LETTER:
      return Math.ceil(length / OTHER_LETTERS_PER_TOKEN);
    case SINGLE:
      return length;
  }
}

/**
 * Estimates the WordPiece tokens of `text.slice(start, end)`: 1.3 per English word with its punctuation, one
 * per 1.3 Hangul syllables, one per Han or kana character, symbol or emoji. Takes linear time. White space
 * costs nothing, so the estimate of texts joined by white space is the sum of their estimates.
 */
export function estimateTokens(text: string, start = 0, end = text.length): number {
  let tokens = 0;
  let kind: Kind = SPACE;
  let length = 0;
  for (let index = start; index < end; index++) {
    const next = kindAt(text, index);
    if (next === kind) {
      length += 1;
      continue;
    }
    tokens += costOfRun(kind, length);
    kind = next;
    length = 1;
  }
  return tokens + costOfRun(kind, length);
}

/**
 * Whether a split at `offset` would cut a run that is counted together. The estimates of the parts may then
 * be too low.
 */
export function cutsRun(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return false;
  const before = kindAt(text, offset - 1);
  return before !== SPACE && before !== SINGLE && before === kindAt(text, offset);
}
