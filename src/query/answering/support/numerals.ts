import {
  englishNumber,
  englishScale,
  koreanScale,
  nativeNumber,
  ordinalNumber,
  sinoNumber,
} from './number-words.ts';
import type { Token } from './tokens.ts';

/** A number as written, before its unit. */
interface Numeral {
  readonly values: readonly number[];
  /** Index of the token after it. */
  readonly to: number;
  /** The rest of the run of Hangul after the number: a unit with its particle. */
  readonly rest?: string;
  readonly isSure: boolean;
  /** Whether it is certainly a number when a unit follows it. */
  readonly isWithUnit: boolean;
}

const TIMES: ReadonlyMap<string, number> = new Map([
  ['once', 1],
  ['twice', 2],
  ['double', 2],
  ['thrice', 3],
]);
/** Korean counters, which follow a number. */
const COUNTER =
  /^(?:시간|개월|개|명|분|시|일|년|월|원|번째|번|호|회|주|살|세|대|권|장|층|가지|단계|배|퍼센트|초|달|인|건|차례|차|쪽|페이지|자리|자|곳|마리|편|학년|등|위|미터|킬로|그램|기가|메가|유로|달러|엔|도|잔|병|박|점|조|항|팀|칸|줄|단어|바이트)/;
/** Counters that are certain after one Sino-Korean digit, unlike those in the words `사회` and `이분`. */
const PLAIN_COUNTER = /^(?:층|개월|퍼센트|시간|주일|번째|회차|학년|차례|단계|년간|유로|달러|미터)/;

/** The number that begins at a token, if any. */
export function numeral(tokens: readonly Token[], at: number): Numeral | undefined {
  const token = tokens[at]!;
  if (token.kind === 'number') return digits(tokens, at);
  if (token.kind === 'word') return englishWords(tokens, at);
  return token.kind === 'hangul' ? koreanWords(tokens, at) : undefined;
}

/** Possible values of digits with points and commas. */
export function readings(text: string): number[] {
  const found = new Set<number>();
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text)) found.add(Number(text.replaceAll(',', '')));
  else if (/^\d+(?:\.\d+)?$/.test(text)) found.add(Number(text));
  if (/^\d{1,3}(?:\.\d{3})+(?:,\d+)?$/.test(text))
    found.add(Number(text.replaceAll('.', '').replace(',', '.')));
  if (/^\d+,\d{1,2}$/.test(text)) found.add(Number(text.replace(',', '.')));
  if (found.size === 0) for (const part of text.split(/[.,:]/)) found.add(Number(part));
  return [...found];
}

function digits(tokens: readonly Token[], at: number): Numeral {
  const values = readings(tokens[at]!.text);
  const next = tokens[at + 1];
  const sure = { isSure: true, isWithUnit: true };
  const [slash, below] = [next, tokens[at + 2]];
  if (slash?.text === '/' && slash.isJoined && below?.kind === 'number' && below.isJoined) {
    const [upper = 0, lower = 0] = [values[0], readings(below.text)[0]];
    if (upper < lower && lower <= 100) return { values: [upper / lower], to: at + 3, ...sure };
  }
  if (next?.kind === 'hangul') return koreanDigits(tokens, at, values);
  const scale = next === undefined ? undefined : scaleOf(next);
  if (scale === undefined) return { values, to: at + 1, ...sure };
  const scaled = values.map((value) => value * scale);
  // `5m` is five million, five metres or five minutes.
  return next!.lower === 'm'
    ? { values: [...values, ...scaled], to: at + 1, ...sure }
    : { values: scaled, to: at + 2, ...sure };
}

const scaleOf = ({ lower, isJoined }: Token): number | undefined =>
  lower === 'm' && isJoined
    ? 1e6
    : lower === 'b' && isJoined
      ? undefined
      : lower === 'k' && !isJoined
        ? undefined
        : englishScale(lower);

/** A number in digits with scale words in descending order, such as `1만 5천 원`. */
function koreanDigits(tokens: readonly Token[], from: number, first: readonly number[]): Numeral {
  let total = 0;
  let values = first;
  let last = Number.POSITIVE_INFINITY;
  let at = from;
  for (;;) {
    const run = tokens[at + 1];
    const { factor, length } =
      run?.kind === 'hangul' && (run.isJoined || koreanScale(run.text).factor >= 1e4)
        ? koreanScale(run.text)
        : { factor: 1, length: 0 };
    const rest = run?.kind === 'hangul' ? run.text.slice(length) : '';
    const scaled = values.map((value) => total + value * factor);
    if (factor >= last) return { values: [total], to: at, isSure: true, isWithUnit: true };
    const next = tokens[at + 2];
    if (length === 0 || rest !== '' || next?.kind !== 'number' || scaled.length !== 1) {
      const to =
        run?.kind === 'hangul' && (length > 0 || run.isJoined || COUNTER.test(run.text)) ? at + 2 : at + 1;
      const further = rest === '' && tokens[to]?.kind === 'hangul' && length > 0 ? tokens[to]!.text : rest;
      return {
        values: scaled,
        to: further === rest ? to : to + 1,
        rest: to > at + 1 ? further : undefined,
        isSure: true,
        isWithUnit: true,
      };
    }
    total = scaled[0]!;
    last = factor;
    values = readings(next.text);
    at += 2;
  }
}

/** A number in English words, such as `twenty-five thousand`, `a hundred and five` or `third`. */
function englishWords(tokens: readonly Token[], from: number): Numeral | undefined {
  const first = tokens[from]!.lower;
  const ordinal = ordinalNumber(first);
  if (ordinal !== undefined)
    return { values: [ordinal], to: from + 1, isSure: ordinal > 2, isWithUnit: false };
  if (first === 'half') return { values: [0.5], to: from + 1, isSure: false, isWithUnit: false };
  const times = TIMES.get(first);
  // `once` and `twice` are counts if a qualifier precedes them: `at most once`.
  const isCounted = /^(?:least|most|exactly|only|than)$/.test(tokens[from - 1]?.lower ?? '');
  if (times !== undefined) return { values: [times], to: from + 1, isSure: isCounted, isWithUnit: false };
  const isArticle = (first === 'a' || first === 'an') && tokens[from + 1] !== undefined;
  if (isArticle && scaleWord(tokens[from + 1]!.lower) === undefined)
    return { values: [1], to: from + 1, isSure: false, isWithUnit: false };
  let [total, section] = [0, 0];
  let at = from;
  for (; at < tokens.length; at++) {
    const { lower } = tokens[at]!;
    const value = at === from && isArticle ? 1 : englishNumber(lower);
    const scale = scaleWord(lower);
    const isBetween =
      at > from &&
      (lower === 'and' || lower === '-') &&
      englishNumber(tokens[at + 1]?.lower ?? '') !== undefined;
    if (isBetween) {
      // `one hundred and five` and `twenty-five` are one number, but `two and three` are two.
      if (lower === 'and' && section < 100) break;
      continue;
    }
    if (value !== undefined) {
      if (section % 100 !== 0 && !(section % 10 === 0 && value < 10)) break;
      section += value;
    } else if (scale !== undefined && at > from) {
      if (scale < 1000) section *= scale;
      else {
        total += section * scale;
        section = 0;
      }
    } else break;
  }
  if (at === from) return undefined;
  const value = total + section;
  return { values: [value], to: at, isSure: value !== 1, isWithUnit: true };
}

const scaleWord = (lower: string): number | undefined => (lower.length > 2 ? englishScale(lower) : undefined);

/** A number in Korean words, such as `세 시간` or `삼층`. It is certain only if a counter follows. */
function koreanWords(tokens: readonly Token[], at: number): Numeral | undefined {
  const { text } = tokens[at]!;
  const next = tokens[at + 1];
  const nextCounts = next?.kind === 'hangul' && !next.isJoined && COUNTER.test(next.text);
  const native = nativeNumber(text);
  if (native !== undefined) {
    const sure = nextCounts && text !== '한' && text !== '세';
    if (text === '한' && next?.text.startsWith('번')) return undefined;
    const isCounted = nextCounts && (sure || /^(?:시간|개|명|가지|번|달|시|대|권|층|잔|배)/.test(next.text));
    return {
      values: [native],
      to: nextCounts ? at + 2 : at + 1,
      rest: nextCounts ? next.text : undefined,
      isSure: isCounted,
      isWithUnit: false,
    };
  }
  for (const length of [4, 3, 2, 1]) {
    const counted = nativeNumber(text.slice(0, length));
    if (
      counted !== undefined &&
      length > 1 - Number(counted > 4) &&
      /^(?:시간|명|개|가지|번|달|살|배)/.test(text.slice(length)) &&
      length < text.length
    )
      return {
        values: [counted],
        to: at + 1,
        rest: text.slice(length),
        isSure: counted > 1 && text.slice(0, 2) !== '두개',
        isWithUnit: false,
      };
  }
  const sino = sinoNumber(text);
  if (sino === undefined) return undefined;
  const rest = text.slice(sino.length);
  if (rest === '') {
    if (!nextCounts)
      return sino.length < 2
        ? undefined
        : { values: [sino.value], to: at + 1, isSure: false, isWithUnit: false };
    return {
      values: [sino.value],
      to: at + 2,
      rest: next.text,
      isSure: sino.length > 1 || PLAIN_COUNTER.test(next.text),
      isWithUnit: false,
    };
  }
  if (!COUNTER.test(rest)) return undefined;
  return {
    values: [sino.value],
    to: at + 1,
    rest,
    isSure: sino.length > 1 ? !/^[만천백]/.test(text) || sino.length > 2 : PLAIN_COUNTER.test(rest),
    isWithUnit: false,
  };
}
