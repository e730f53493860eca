const ENGLISH: ReadonlyMap<string, number> = new Map(
  [
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
      .split(' ')
      .map((word, value): [string, number] => [word, value]),
    'twenty thirty forty fifty sixty seventy eighty ninety'
      .split(' ')
      .map((word, index): [string, number] => [word, 10 * (index + 2)]),
  ].flat(),
);
const ORDINALS: ReadonlyMap<string, number> = new Map(
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'
    .split(' ')
    .map((word, index): [string, number] => [word, index + 1]),
);
const SCALES: ReadonlyMap<string, number> = new Map([
  ['hundred', 100],
  ['k', 1e3],
  ['thousand', 1e3],
  ['million', 1e6],
  ['mn', 1e6],
  ['billion', 1e9],
  ['bn', 1e9],
  ['trillion', 1e12],
  ['dozen', 12],
]);
const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);

const DIGITS = '영일이삼사오육칠팔구';
const KOREAN_SCALES: ReadonlyMap<string, number> = new Map([
  ['십', 10],
  ['백', 100],
  ['천', 1e3],
  ['만', 1e4],
  ['억', 1e8],
  ['조', 1e12],
]);
const NATIVE_ONES = ['', '하나|한', '둘|두', '셋|세|석', '넷|네|넉', '다섯', '여섯', '일곱', '여덟', '아홉'];
const NATIVE_TENS = ['', '열', '스물|스무', '서른', '마흔', '쉰', '예순', '일흔', '여든', '아흔'];
const NATIVE: ReadonlyMap<string, number> = new Map(
  NATIVE_TENS.flatMap((tens, ten) =>
    NATIVE_ONES.flatMap((ones, one) =>
      tens
        .split('|')
        .flatMap((left) => ones.split('|').map((right): [string, number] => [left + right, 10 * ten + one])),
    ),
  ).filter(([word]) => word !== ''),
);

/** Value of an English number word below a hundred. */
export const englishNumber = (lower: string): number | undefined => ENGLISH.get(lower);
/** Value of an ordinal word up to twelfth. */
export const ordinalNumber = (lower: string): number | undefined => ORDINALS.get(lower);
/** Multiplier of a scale word after a number. */
export const englishScale = (lower: string): number | undefined => SCALES.get(lower);
/** Value of a native Korean number word below a hundred. */
export const nativeNumber = (word: string): number | undefined => NATIVE.get(word);
/** A month by its English name or its first three letters, from 1. */
export function monthNamed(lower: string): number | undefined {
  const index = MONTHS.findIndex(
    (month) =>
      month === lower ||
      (lower.length >= 3 && lower === month.slice(0, 3)) ||
      (lower === 'sept' && month === 'september'),
  );
  return index === -1 ? undefined : index + 1;
}

/** A Sino-Korean number at the start of a run of Hangul, and its length: `이십오일` is 25, of length 3. */
export function sinoNumber(run: string): { readonly value: number; readonly length: number } | undefined {
  let [total, section, digit, length] = [0, 0, 0, 0];
  for (const character of run.slice(0, 24)) {
    const value = DIGITS.indexOf(character);
    const scale = KOREAN_SCALES.get(character);
    if (value < 0 && scale === undefined) break;
    if (scale === undefined) digit = 10 * digit + value;
    else if (scale < 1e4) {
      section += (digit || 1) * scale;
      digit = 0;
    } else {
      total += (section + digit || 1) * scale;
      section = digit = 0;
    }
    length += 1;
  }
  return length === 0 ? undefined : { value: total + section + digit, length };
}

/** The scale words at the start of a run of Hangul after digits: `천만` of `3천만 원`. */
export function koreanScale(run: string): { readonly factor: number; readonly length: number } {
  let [factor, length] = [1, 0];
  for (const character of run) {
    const scale = KOREAN_SCALES.get(character);
    if (scale === undefined) break;
    factor *= scale;
    length += 1;
  }
  return { factor, length };
}
