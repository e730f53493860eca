import { COMMON_HANGUL, COMMON_SIMPLIFIED, COMMON_TRADITIONAL } from './common-characters.ts';

/** Punctuation and full-width forms, which occur in all East Asian scripts. */
const NEUTRAL = /[\u2010-\u2027\u3000-\u303f\uff01-\uff60\u00b7\u00d7]/;
const KANA = /[\u3041-\u309f\u30a1-\u30ff]/;
/** Weight of an ordinary character: in use, but not among the most frequent. */
const ORDINARY_WORTH = 0.5;

interface Script {
  readonly isCommon: (character: string) => boolean;
  /** The characters of a script that are in use, decoded from its encoding. */
  readonly ordinary: () => ReadonlySet<string>;
}

/** The double-byte characters whose lead bytes are in the range, as decoded by Node. */
function charactersOf(encoding: string, firstLead: number, lastLead: number): ReadonlySet<string> {
  const bytes: number[] = [];
  for (let lead = firstLead; lead <= lastLead; lead++)
    for (let trail = 0xa1; trail <= 0xfe; trail++) bytes.push(lead, trail, 0x0a);
  if (encoding === 'big5')
    for (let lead = firstLead; lead <= lastLead; lead++)
      for (let trail = 0x40; trail <= 0x7e; trail++) bytes.push(lead, trail, 0x0a);
  return new Set(new TextDecoder(encoding).decode(Uint8Array.from(bytes)).split('\n'));
}

function script(common: string | RegExp, encoding: string, firstLead: number, lastLead: number): Script {
  let ordinary: ReadonlySet<string> | undefined;
  const characters = typeof common === 'string' ? new Set(common) : undefined;
  return {
    isCommon: (character) => characters?.has(character) ?? (common as RegExp).test(character),
    ordinary: () => {
      ordinary ??= charactersOf(encoding, firstLead, lastLead);
      return ordinary;
    },
  };
}

/**
 * For each encoding, by the WHATWG's name: its frequent characters, and the lead bytes of the characters in
 * use (level 1 of each standard).
 */
const SCRIPTS: Readonly<Record<string, Script>> = {
  'euc-kr': script(COMMON_HANGUL, 'euc-kr', 0xb0, 0xc8),
  gb18030: script(COMMON_SIMPLIFIED + COMMON_TRADITIONAL, 'gb18030', 0xb0, 0xd7),
  big5: script(COMMON_TRADITIONAL, 'big5', 0xa4, 0xc6),
  'euc-jp': script(KANA, 'euc-jp', 0xb0, 0xcf),
  shift_jis: script(KANA, 'euc-jp', 0xb0, 0xcf),
};

/**
 * How much decoded text looks like the languages of its encoding, from 0 to 1. Only characters outside ASCII
 * are examined.
 */
export function plausibility(text: string, encoding: string): number {
  const found = SCRIPTS[encoding];
  return found === undefined ? westernPlausibility(text) : eastAsianPlausibility(text, found);
}

function eastAsianPlausibility(text: string, { isCommon, ordinary }: Script): number {
  let characters = 0;
  let worth = 0;
  for (const character of text) {
    if (character <= '\x7f' || NEUTRAL.test(character)) continue;
    characters += 1;
    if (isCommon(character)) worth += 1;
    else if (ordinary().has(character)) worth += ORDINARY_WORTH;
  }
  return characters === 0 ? 0 : worth / characters;
}

const SMALL_LETTER = /[a-zß-öø-ÿšžœ]/;
const CAPITAL = /[A-ZÀ-ÖØ-ÞŠŽŒŸ]/;
const LETTER_ALONE = /[àèéòóåöæÀÉÖÅ]/;
/** Punctuation marks and symbols that may follow a letter. */
const CLOSING = /[’”»…™®©°²³¹ºª–—·‰†€\u00a0\u00ad]/;
/** Punctuation marks and symbols that may start a word or stand alone. */
const OPENING = /[‘“„«¿¡‚‹›•–—±°§£¥€¢©®™µ×÷¼½¾²³¹ªº…¬¶·’”»\u00a0¦†‡]/;
/** Western words have at most this many consecutive accented letters. */
const MAX_RUN = 3;
/** Minimum share of characters that are plausible at their position in Western text. */
const MIN_WESTERN_SHARE = 0.9;

function westernPlausibility(text: string): number {
  let characters = 0;
  let plausible = 0;
  for (const { 0: run, index } of text.matchAll(/[^\0-\x7f]+/g)) {
    characters += run.length;
    if (run.length > MAX_RUN) continue;
    for (let at = index; at < index + run.length; at++) if (isPlausibleAt(text, at)) plausible += 1;
  }
  const share = characters === 0 ? 0 : plausible / characters;
  return share >= MIN_WESTERN_SHARE && isOneLanguage(text) ? share : 0;
}

/**
 * Accented letters by language. If text in another single-byte encoding is decoded as windows-1252, it seems
 * to mix languages.
 */
const LETTERS_BY_LANGUAGE = [
  'àâæçéèêëîïôœùûüÿ',
  'äöüß',
  'áéíñóúü',
  'áâãàçéêíóôõúü',
  'àèéìíîòóùú',
  'àçèéíïòóúü',
  'åäöéü',
  'æøåéóòôâ',
  'áéíóúýþæöð',
  'éëïöüèóêá',
].map((letters) => new Set(letters));
const LETTER_BEYOND_ASCII = /[À-ÖØ-öø-ÿŠŽŒŸšžœ]/g;
/**
 * Minimum share of letters from one language; below 1, because texts may contain names from other languages.
 */
const MIN_LANGUAGE_SHARE = 0.85;

function isOneLanguage(text: string): boolean {
  const letters = text.match(LETTER_BEYOND_ASCII)?.map((letter) => letter.toLowerCase()) ?? [];
  return LETTERS_BY_LANGUAGE.some(
    (language) =>
      letters.filter((letter) => language.has(letter)).length >= letters.length * MIN_LANGUAGE_SHARE,
  );
}

function isPlausibleAt(text: string, at: number): boolean {
  const [before = ' ', character = '', after = ' '] = [text[at - 1], text[at], text[at + 1]];
  const followsLetter = SMALL_LETTER.test(before) || CAPITAL.test(before);
  const precedesLetter = SMALL_LETTER.test(after) || CAPITAL.test(after);
  if (SMALL_LETTER.test(character)) return followsLetter || precedesLetter || LETTER_ALONE.test(character);
  if (CAPITAL.test(character))
    return (
      !SMALL_LETTER.test(before) && (precedesLetter || CAPITAL.test(before) || LETTER_ALONE.test(character))
    );
  return followsLetter ? CLOSING.test(character) : OPENING.test(character);
}
