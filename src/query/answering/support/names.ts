import { STOP_WORDS } from '../../../documents/lexical/index.ts';
import { isCommon, isListed } from './common-words.ts';
import { termOfWord } from './contrasts.ts';
import { isParticle, isPredicate, keyOf, withoutParticle } from './korean.ts';
import { isDenying } from './negation.ts';
import { englishNumber, monthNamed, ordinalNumber } from './number-words.ts';
import { quantitiesOf } from './quantities.ts';
import { isCapitalised, type Token } from './tokens.ts';
import { unitsNamed } from './units.ts';

/** The words of a passage, in the forms in which names are looked up. */
export interface Known {
  /** Terms and words of the passage, its title and headings. */
  readonly words: ReadonlySet<string>;
  /** The whole text in lower case without white space, because Korean words occur within longer words. */
  readonly squashed: string;
  /** Initials of the runs of capitalised words: `aws` of `Amazon Web Services`. */
  readonly initials: ReadonlySet<string>;
  /** The text with single spaces, and the text without spaces and hyphens, to look up identifiers. */
  readonly spaced: string;
  readonly unhyphenated: string;
}

const SHORT_PARTICLE = /[은는이가을를의에도만]$/;
/** Endings that may differ between a place and its people or language. */
const DERIVED = new Set([
  '',
  'n',
  'an',
  'ian',
  'ese',
  'ish',
  'y',
  's',
  'es',
  'i',
  'ic',
  "'s",
  'ns',
  'ans',
  'ians',
]);
/** Maximum number of words in a run whose initials are collected. */
const LONGEST_RUN = 8;
const TITLE_CASE_SHARE = 0.7;

export function knownOf(tokens: readonly Token[]): Known {
  const words = new Set<string>();
  for (const { kind, lower } of tokens) {
    if (kind === 'sign') continue;
    words.add(lower);
    words.add(termOfWord(lower));
    if (kind === 'hangul') words.add(withoutParticle(lower));
    if (lower.endsWith("'s")) words.add(lower.slice(0, -2));
  }
  const squashed = tokens.map(({ lower }) => lower).join('');
  return {
    words,
    squashed,
    initials: initialsOf(tokens),
    spaced: tokens.map(({ lower, isJoined }) => (isJoined ? lower : ` ${lower}`)).join(''),
    unhyphenated: squashed.replaceAll('-', ''),
  };
}

function initialsOf(tokens: readonly Token[]): Set<string> {
  const found = new Set<string>();
  let run = '';
  for (const token of tokens) {
    if (isCapitalised(token)) run = (run + token.lower.charAt(0)).slice(-LONGEST_RUN);
    else if (!['of', 'and', 'the', 'for', '-'].includes(token.lower)) run = '';
    for (let length = 2; length <= run.length; length++) found.add(run.slice(-length));
  }
  return found;
}

/** The first name or identifier of a statement that the passage does not contain. */
export function unknownName(tokens: readonly Token[], known: Known): string | undefined {
  const counted = new Set<Token>();
  for (const { from, to, isSure } of quantitiesOf(tokens))
    if (isSure) for (const token of tokens.slice(from, to)) counted.add(token);
  return (
    unknownIdentifier(tokens, known) ??
    unknownCode(tokens, known) ??
    unknownCapitalised(tokens, counted, known)
  );
}

/** An identifier that the passage does not contain exactly, such as `us-east-1`, `max_size` or `GPT-4`. */
function unknownIdentifier(tokens: readonly Token[], { spaced, unhyphenated }: Known): string | undefined {
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]!.kind !== 'word') continue;
    let to = at + 1;
    while (
      to < tokens.length &&
      tokens[to]!.isJoined &&
      (tokens[to]!.kind !== 'sign' || /[-_./:@]/.test(tokens[to]!.text)) &&
      tokens[to]!.kind !== 'hangul'
    )
      to += 1;
    while (to > at + 1 && tokens[to - 1]!.kind === 'sign') to -= 1;
    const run = tokens.slice(at, to);
    at = to - 1;
    const text = run.map(({ lower }) => lower).join('');
    const isIdentifier =
      run.length > 1 &&
      (/[_@]/.test(text) || (/\d/.test(text) && !/^v\d/.test(text)) || /^[a-z]+\.[a-z]+/.test(text));
    if (isIdentifier && !standsIn(spaced, text) && !standsIn(unhyphenated, text.replaceAll('-', '')))
      return text;
  }
  return undefined;
}

/** Whether a text contains an identifier. `gpt-4` in `gpt-41` or in `gpt-4.1` does not count. */
function standsIn(text: string, identifier: string): boolean {
  for (let at = text.indexOf(identifier); at >= 0; at = text.indexOf(identifier, at + 1))
    if (
      !/\d$/.test(identifier) ||
      !/^[\d]|^\.\d/.test(text.slice(at + identifier.length, at + identifier.length + 2))
    )
      return true;
  return false;
}

/** A capitalised word that is not a common word, at a position where only names are capitalised. */
function unknownCapitalised(
  tokens: readonly Token[],
  counted: ReadonlySet<Token>,
  known: Known,
): string | undefined {
  const words = tokens.filter(({ kind, text }) => kind === 'word' && text.length > 3);
  const isTitle = words.length > 2 && words.filter(isCapitalised).length >= TITLE_CASE_SHARE * words.length;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const bare = token.lower.replace(/'(?:s|re|ll|ve|d|m)$/, '');
    if (
      !isCapitalised(token) ||
      counted.has(token) ||
      STOP_WORDS.has(bare) ||
      isDenying(token.lower) ||
      englishNumber(bare) !== undefined ||
      token.text.length < 2 ||
      monthNamed(token.lower) !== undefined
    )
      continue;
    const isFirst = isBeginning(tokens, at);
    if (
      (isFirst || isTitle) &&
      isCommon(token.lower) &&
      !(
        isFirst &&
        isCapitalised(tokens[at + 1] ?? token) &&
        at + 1 < tokens.length &&
        !isCommon(tokens[at + 1]!.lower)
      )
    )
      continue;
    if (/^[A-Z]{2,4}$/.test(token.text) && isCommon(token.lower)) continue;
    if (!isKnown(token, tokens, at, known)) return token.text;
  }
  return undefined;
}

/** Whether any word would be capitalised here, as after a full stop, a colon or an opening bracket. */
function isBeginning(tokens: readonly Token[], at: number): boolean {
  const previous = tokens[at - 1];
  return (
    previous === undefined ||
    (previous.kind === 'sign' && !/[,&/'-]/.test(previous.text) && !isAbbreviated(tokens, at)) ||
    (at === 1 && previous.kind === 'number')
  );
}

/** Whether the previous full stop ends an abbreviation, not a sentence: `Dr. Park`, `J. Smith`. */
function isAbbreviated(tokens: readonly Token[], at: number): boolean {
  const [word, stop] = tokens.slice(Math.max(0, at - 2), at);
  return (
    stop?.text === '.' &&
    stop.isJoined &&
    word !== undefined &&
    /^(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|Sen|Gen|Gov|Capt|Col|Lt|Rev|Hon|Pres)$/.test(word.text)
  );
}

/** A word between backticks that the passage does not contain. */
function unknownCode(tokens: readonly Token[], { words, squashed }: Known): string | undefined {
  let isCode = false;
  for (const { text, kind, lower } of tokens) {
    if (text === '`') isCode = !isCode;
    else if (isCode && kind === 'word' && !words.has(lower) && !squashed.includes(lower)) return text;
  }
  return undefined;
}

function isKnown(token: Token, tokens: readonly Token[], at: number, { words, initials }: Known): boolean {
  const { lower, text } = token;
  const bare = lower.replace(/'s$/, '');
  if (words.has(lower) || words.has(bare) || words.has(termOfWord(bare))) return true;
  if (/^[A-Z]{2,}s?$/.test(text) && initials.has(bare.replace(/s$/, ''))) return true;
  if (words.has(initialsAround(tokens, at))) return true;
  if (bare.length < 5) return false;
  for (const word of words) if (isDerived(bare, word)) return true;
  return false;
}

/** The initials of the run of capitalised words that contains a word. */
function initialsAround(tokens: readonly Token[], at: number): string {
  let from = at;
  let to = at;
  while (from > 0 && isCapitalised(tokens[from - 1]!)) from -= 1;
  while (to + 1 < tokens.length && isCapitalised(tokens[to + 1]!)) to += 1;
  return to - from < 1
    ? ''
    : tokens
        .slice(from, to + 1)
        .map(({ lower }) => lower.charAt(0))
        .join('');
}

/** Whether one word is derived from the other: `Korea` and `Korean`, `Germany` and `German`. */
function isDerived(one: string, other: string): boolean {
  let common = 0;
  while (common < one.length && common < other.length && one[common] === other[common]) common += 1;
  if (common < 4) return false;
  const ends = [one.slice(common), other.slice(common)];
  return ends.every((end) => DERIVED.has(end)) && ends.some((end) => end.length <= 1);
}

/** Whether a word could be a name: it is not common, no negation and no number. */
export function isParticular({ kind, lower, isJoined }: Token): boolean {
  if (kind === 'word') {
    if (lower.length < 3 || STOP_WORDS.has(lower) || isDenying(lower) || isListed(lower)) return false;
    return (
      englishNumber(lower) === undefined &&
      ordinalNumber(lower) === undefined &&
      unitsNamed(lower).length === 0
    );
  }
  if (kind !== 'hangul') return false;
  if (isJoined && isParticle(lower)) return false;
  const stem = withoutParticle(lower);
  // A noun of one syllable keeps its particle.
  if (stem.length === 2 && isListed(stem.charAt(0)) && SHORT_PARTICLE.test(stem)) return false;
  return stem.length > 1 && !isPredicate(lower) && !isListed(stem) && !isListed(keyOf(lower));
}
