import { isCommon } from './common-words.ts';
import { withoutParticle } from './korean.ts';
import { monthNamed } from './number-words.ts';
import { numeral, readings } from './numerals.ts';
import { isCapitalised, type Token } from './tokens.ts';
import { isCurrency, type Unit, unitsNamed } from './units.ts';

/** A number in a text with its possible meanings. */
export interface Quantity {
  readonly values: readonly number[];
  /** Possible units; empty if the text names no known unit. */
  readonly units: readonly Unit[];
  readonly form: 'number' | 'clock' | 'month' | 'version';
  /** The version as written, because 3.10 is not 3.1. */
  readonly version?: string;
  /** Index of the first token, and index after the last token. */
  readonly from: number;
  readonly to: number;
  /** False if it may not be a number (`one of them`) or is part of a name (`GPT-4`). */
  readonly isSure: boolean;
}

const VERSION_WORDS = new Set(['version', 'versions', 'v', 'release', '버전']);
const DAY_MINUTES = 1_440;

/** The numbers of a text in order: English and Korean digits and words, dates, times, versions. */
export function quantitiesOf(tokens: readonly Token[]): Quantity[] {
  const found: Quantity[] = [];
  for (let at = 0; at < tokens.length; ) {
    const read = dateAt(tokens, at) ?? clockAt(tokens, at) ?? monthAt(tokens, at) ?? numberAt(tokens, at);
    if (read === undefined) at += 1;
    else {
      found.push(...read);
      at = Math.max(at + 1, read.at(-1)!.to);
    }
  }
  return found;
}

/** A date such as `2024-03-05`, `2024.03.05` or `05/03/2024`, as year, month and day. */
function dateAt(tokens: readonly Token[], from: number): Quantity[] | undefined {
  const [first, sign, second, again, third] = tokens.slice(from, from + 5);
  if (first?.kind !== 'number') return undefined;
  const dotted = first.text.split('.');
  const isDotted = dotted.length === 3;
  const isSigned =
    sign !== undefined &&
    '-/'.includes(sign.text) &&
    again?.text === sign.text &&
    second?.isJoined &&
    third?.isJoined;
  const parts = isDotted ? dotted : isSigned ? [first.text, second!.text, third!.text] : [];
  const [a = 0, b = 0, c = 0] = parts.map(Number);
  const isYearFirst = /^(?:1\d|20)\d\d$/.test(parts[0] ?? '');
  const isYearLast = /^(?:1\d|20)\d\d$/.test(parts[2] ?? '');
  const days = isYearFirst ? [b, c] : [a, b];
  if (!(isYearFirst || isYearLast) || days.some((day) => !Number.isInteger(day) || day < 1 || day > 31))
    return undefined;
  const months = (isYearFirst ? [b] : [a, b]).filter((month) => month <= 12);
  const place = { from, to: from + (isDotted ? 1 : 5), units: [], isSure: true };
  return [
    { ...place, values: [isYearFirst ? a : c], form: 'number' },
    { ...place, values: months, form: 'month' },
    { ...place, values: isYearFirst ? [c] : [a, b], form: 'number' },
  ];
}

/** A time such as `9:30`, `9 am` or `오후 9시 30분`, as minutes of the day in all possible readings. */
function clockAt(tokens: readonly Token[], from: number): Quantity[] | undefined {
  const token = tokens[from]!;
  const word = token.kind === 'hangul' ? withoutParticle(token.lower) : token.lower;
  if (word === 'noon' || word === '정오') return [clock([720], from, from + 1)];
  if (word === 'midnight' || word === '자정') return [clock([0, DAY_MINUTES], from, from + 1)];
  const read = /^(\d{1,2})(?::(\d\d))?(?::\d\d)?$/.exec(token.text);
  const sino = token.kind === 'hangul' ? numeral(tokens, from) : undefined;
  if (read === null && sino?.rest === undefined) return undefined;
  let to = read === null ? sino!.to : from + 1;
  const hour = read === null ? sino!.values[0]! : Number(read[1]);
  let minutes = 60 * hour + Number(read?.[2] ?? 0);
  if (hour > 24) return undefined;
  const rest =
    read === null
      ? sino!.rest!
      : tokens[to]?.kind === 'hangul' && tokens[to]!.isJoined
        ? tokens[to]!.text
        : '';
  const isKorean = /^시(?!간|작|스|점|도|장|민|험|대|즌|리)/.test(rest);
  if (isKorean && read !== null) to += 1;
  if (isKorean && tokens[to]?.text.startsWith('반')) minutes += 30;
  if (isKorean && tokens[to]?.kind === 'number' && tokens[to + 1]?.text.startsWith('분')) {
    minutes += Number(tokens[to]!.text);
    to += 2;
  }
  const half = halfOfDay(tokens, to) ?? (isKorean ? koreanHalf(tokens[from - 1]?.lower) : undefined);
  if (half !== undefined && !isKorean) to += tokens[to]?.lower.length === 1 ? 4 : 1;
  if (half === undefined && !isKorean && read?.[2] === undefined) return undefined;
  const base = hour === 12 ? minutes - 720 : minutes;
  // Twelve at night (`밤`) is midnight.
  if (hour === 12 && tokens[from - 1]?.lower === '밤') return [clock([base, base + DAY_MINUTES], from, to)];
  if (half !== undefined) return [clock([half === 'am' ? base : base + 720], from, to)];
  return [clock([minutes, ...(hour <= 12 ? [minutes + 720, base] : [])], from, to)];
}

const clock = (values: number[], from: number, to: number): Quantity => ({
  values,
  units: [],
  form: 'clock',
  from,
  to,
  isSure: true,
});

function halfOfDay(tokens: readonly Token[], at: number): 'am' | 'pm' | undefined {
  const [first, dot, second] = tokens.slice(at, at + 3);
  if (first?.lower === 'am' || first?.lower === 'pm') return first.lower;
  const isDotted = dot?.text === '.' && second?.lower === 'm' && second.isJoined;
  return isDotted && first?.lower === 'a' ? 'am' : isDotted && first?.lower === 'p' ? 'pm' : undefined;
}

const koreanHalf = (word: string | undefined): 'am' | 'pm' | undefined =>
  word === '오전' || word === '새벽' || word === '아침'
    ? 'am'
    : word === '오후' || word === '저녁' || word === '밤'
      ? 'pm'
      : undefined;

/** A month, such as `March`, `Mar 5` or `3월`. */
function monthAt(tokens: readonly Token[], from: number): Quantity[] | undefined {
  const token = tokens[from]!;
  const month = (value: number, to: number): Quantity[] => [
    { values: [value], units: [], form: 'month', from, to, isSure: true },
  ];
  if (isCapitalised(token)) {
    const value = monthNamed(token.lower);
    const isDated =
      tokens[from + 1]?.kind === 'number' ||
      tokens[from - 1]?.kind === 'number' ||
      tokens[from - 1]?.lower === 'in';
    // `May` and `March` are also verbs, and three letters may be a name.
    const isInside = from > 0 && tokens[from - 1]!.kind !== 'sign';
    const isWhole = isInside
      ? token.text.length > 3 || token.lower === 'may'
      : token.text.length > 4 && token.lower !== 'march';
    return value !== undefined && (isWhole || isDated) ? month(value, from + 1) : undefined;
  }
  const next = tokens[from + 1];
  if (token.kind === 'number' && next?.kind === 'hangul' && next.isJoined && next.text.startsWith('월'))
    return month(Number(token.text), from + 2);
  const sino = token.kind === 'hangul' ? numeral(tokens, from) : undefined;
  return sino?.rest?.startsWith('월') && sino.isSure ? month(sino.values[0]!, sino.to) : undefined;
}

function numberAt(tokens: readonly Token[], from: number): Quantity[] | undefined {
  const read = numeral(tokens, from);
  if (read === undefined) return undefined;
  const { values, to, rest } = read;
  const previous = tokens[from - 1];
  const unit = unitAt(tokens, to, rest, previous);
  const token = tokens[from]!;
  const isDigits = token.kind === 'number';
  const isNamed = isDigits && isPartOfName(tokens, from);
  const isMinus =
    isDigits &&
    ((previous !== undefined &&
      '-\u2212'.includes(previous.text) &&
      token.isJoined &&
      !isAfterWord(tokens, from - 1)) ||
      previous?.lower === 'minus' ||
      previous?.lower === '영하');
  const isVersion =
    isDigits &&
    unit.units.length === 0 &&
    to === from + 1 &&
    (token.text.split('.').length > 2 ||
      isNamed ||
      VERSION_WORDS.has(previous?.lower ?? '') ||
      (/^\d+\.\d+$/.test(token.text) &&
        previous !== undefined &&
        isCapitalised(previous) &&
        !isCommon(previous.lower)));
  const common = { units: unit.units, from, to: unit.to };
  if (isVersion) {
    const parts = token.text.split('.');
    const prefixes = parts.map((_, index) =>
      Number(
        parts
          .slice(0, index + 1)
          .slice(0, 2)
          .join('.'),
      ),
    );
    const isSure = !isNamed || previous?.lower === 'v';
    return [
      {
        ...common,
        values: [...new Set([...readings(token.text), ...prefixes])],
        form: 'version',
        version: token.text,
        isSure,
      },
    ];
  }
  const isSure = (read.isSure || (unit.units.length > 0 && read.isWithUnit)) && !isNamed;
  return [{ ...common, values: isMinus ? values.map((value) => -value) : values, form: 'number', isSure }];
}

/** Whether the number is part of a name, as in `GPT-4` and `S3`. */
function isPartOfName(tokens: readonly Token[], at: number): boolean {
  const previous = tokens[at - 1];
  if (!tokens[at]!.isJoined || previous === undefined) return false;
  if (previous.kind === 'word') return unitsNamed(previous.lower).length === 0 || previous.lower.length === 1;
  return '-_./'.includes(previous.text) && previous.isJoined && tokens[at - 2]?.kind === 'word';
}

const isAfterWord = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]!.isJoined && tokens[at - 1]?.kind !== 'sign';

/** The unit after a number, or a currency before it. */
function unitAt(
  tokens: readonly Token[],
  to: number,
  rest: string | undefined,
  before: Token | undefined,
): { readonly units: readonly Unit[]; readonly to: number } {
  if (rest !== undefined && rest !== '') return { units: unitsNamed(rest), to };
  const at = tokens[to]?.text === '-' && tokens[to]!.isJoined ? to + 1 : to;
  const next = tokens[at];
  if (next?.text === '°' && tokens[at + 1]?.isJoined) {
    const named = unitsNamed(`°${tokens[at + 1]!.lower}`);
    if (named.length > 0) return { units: named, to: at + 2 };
  }
  if (next?.lower === 'degree' || next?.lower === 'degrees') {
    const scale = unitsNamed(tokens[at + 1]?.lower ?? '').filter(({ dimension }) =>
      /celsius|fahrenheit/.test(dimension),
    );
    if (scale.length > 0) return { units: scale, to: at + 2 };
  }
  if (next?.lower === 'per' && tokens[at + 1]?.lower === 'cent')
    return { units: unitsNamed('%'), to: at + 2 };
  // A letter separated from its number is a unit only as a separate lower-case word.
  const isLetter = next?.kind === 'word' && next.text.length === 1 && !next.isJoined;
  const isApart =
    isLetter &&
    (next.text !== next.lower || (tokens[at + 1]?.isJoined === true && tokens[at + 1]?.kind !== 'sign'));
  const units = next === undefined || isApart ? [] : unitsNamed(next.lower);
  if (units.length > 0) return { units, to: at + 1 };
  if (before !== undefined && (isCurrency(before.text) || /^(?:usd|eur|gbp|jpy|krw|cny)$/.test(before.lower)))
    return { units: unitsNamed(before.lower), to };
  return { units: [], to };
}
