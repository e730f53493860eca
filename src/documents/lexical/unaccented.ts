/** Accents and vowel points that people omit in Latin, Greek, Cyrillic, Hebrew and Arabic. */
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g;
/** й is a separate letter that is never written without its mark. */
const SHORT_I = /и\u0306/g;

/** Latin letters without a Unicode decomposition, and their usual replacements. */
const LETTERS: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
};
const LETTER = /[łøđðħŧıßæœþ]/g;

/** A lower-case word typed without accents: `cafe` for `café`, `lodz` for `łódź`, `елка` for `ёлка`. */
export const unaccented = (word: string): string =>
  word
    .normalize('NFD')
    .replace(SHORT_I, 'й')
    .replace(MARKS, '')
    .replace(LETTER, (letter) => LETTERS[letter]!)
    .normalize('NFC');
