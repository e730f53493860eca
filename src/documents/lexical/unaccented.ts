/** Accents and points that people leave out: of Latin, Greek and Cyrillic letters, of Hebrew and of Arabic ones. */
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g;
/** й is a letter of its own, and everybody writes it. */
const SHORT_I = /и\u0306/g;

/** Latin letters that Unicode does not take apart, as they are written where the keyboard has none. */
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

/** A lower-case word as somebody types it without accents: `cafe` for `café`, `lodz` for `łódź`, `елка` for `ёлка`. */
export const unaccented = (word: string): string =>
  word
    .normalize('NFD')
    .replace(SHORT_I, 'й')
    .replace(MARKS, '')
    .replace(LETTER, (letter) => LETTERS[letter]!)
    .normalize('NFC');
