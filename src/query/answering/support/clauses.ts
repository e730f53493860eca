import { STOP_WORDS } from '../../../documents/lexical/index.ts';
import { isIrregularVerb, termOfWord } from './contrasts.ts';
import { isParticle, isPredicate, particleOf } from './korean.ts';
import { isDenying, negationOf } from './negation.ts';
import { englishNumber } from './number-words.ts';
import { type Quantity, quantitiesOf } from './quantities.ts';
import { type Token, tokensOf } from './tokens.ts';

/** A part of a sentence with one predicate, as far as heuristics can tell. */
export interface Clause {
  readonly tokens: readonly Token[];
  /** Content terms, without numbers. */
  readonly terms: ReadonlySet<string>;
  readonly quantities: readonly Quantity[];
  /** Terms that are directly negated. */
  readonly heads: ReadonlySet<string>;
  /** Whether the predicate, and thus the whole clause, is negated. */
  readonly isDenied: boolean;
  /** Whether it contains `only`, `except` or the like, so that it applies only to a part. */
  readonly isLimited: boolean;
  /** Terms before the verb; the first term if no verb is recognised. */
  readonly subject: readonly string[];
  /** Whether it lacks a subject: `and closes at 9`, `who left`. */
  readonly isContinued: boolean;
  readonly isRelative: boolean;
}

const BREAKS = new Set([';', '\u2014', '\u2013', '!', '?', '\u3002']);
const BUT = new Set([
  'but',
  'while',
  'whereas',
  'although',
  'though',
  'however',
  'yet',
  'unlike',
  'instead',
  'because',
  'unless',
]);
const VERB_LIKE = new Set(
  'is are was were be can will has have had do does did must may should could would'.split(' '),
);
const LIMITING = new Set(['only', 'except', 'unless', 'until', 'otherwise', '만', '외에', '제외']);
/** A verb after one of these words does not belong to the preceding part. */
const SUBORDINATING = new Set('before after until when if since who which that where'.split(' '));
const INTRODUCING = new Set(
  'in at on for by during after before with without if when from to of as under over within between unless until'.split(
    ' ',
  ),
);
const RELATIVE = new Set(['who', 'which', 'that', 'whose', 'where', 'when']);
const VERB_FORM = /^[a-z]{2,}(?:[^s]s|ed)$/;
const KOREAN_BREAK = /(?:[^라다자냐사창광참최재신경권]고|며|지만|는데|으나|다면|라면)$/;
/** Korean verbs without content, and Korean negations. */
const LIGHT =
  /^(?:있|없|않|하[다는고며여]|한다|합니|했|하지|해$|해서|해야|되지|되[다는고며어]|된다|됩니|됐|돼$|돼서|돼야|이다|입니|아니|아닌|아닙|못|안$|수$|것|위해|대한|통해|[이그저각수것등및더한]$)/;
/** Stop words that are kept as terms, because they contrast with others. */
const KEPT = new Set(['once']);
const LATIN_TERM = /^[\p{L}\p{M}]/u;

export function clausesOf(sentence: string): Clause[] {
  const tokens = tokensOf(sentence);
  const clauses: Clause[] = [];
  let from = 0;
  const end = (to: number, next: number): void => {
    if (to > from) clauses.push(clauseOf(tokens.slice(from, to)));
    from = next;
  };
  for (let at = 0; at < tokens.length; at++) {
    if (BREAKS.has(tokens[at]!.text)) {
      if (!isInside(tokens, at)) end(at, at + 1);
    } else if (isBreak(tokens, at, from)) end(at, at);
    else if (
      tokens[at]!.kind === 'hangul' &&
      KOREAN_BREAK.test(tokens[at]!.text) &&
      !/^(?:있|없|싶|나)/.test(tokens[at + 1]?.text ?? '')
    )
      end(at + 1, at + 1);
  }
  end(tokens.length, tokens.length);
  return clauses.filter(({ terms, quantities }) => terms.size + quantities.length > 0);
}

/** Whether a punctuation mark is within a word or a number: `a.m.`, `us-east-1`, `v1:2`. */
function isInside(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1];
  return tokens[at]!.isJoined && next?.isJoined === true && next.kind !== 'sign';
}

function isBreak(tokens: readonly Token[], at: number, from: number): boolean {
  const { lower } = tokens[at]!;
  if (BUT.has(lower)) return at > from;
  if (lower === '.') return tokens[at - 2]?.text === '°' && tokens[at + 1]?.isJoined === false;
  if (lower !== ',' && lower !== 'and') return false;
  // An introduction such as `In case of fire, ...` has no predicate, so no clause ends at its comma.
  if (lower === ',' && INTRODUCING.has(tokens[from]!.lower)) return false;
  const right = rightOf(tokens, at);
  if (at - from < 3 || right.length < 2) return false;
  const first = right[0]!;
  if (
    RELATIVE.has(first.lower) ||
    (lower === 'and' && right.slice(0, 3).some((token) => isDenying(token.lower)))
  )
    return true;
  if (VERB_LIKE.has(first.lower) || VERB_FORM.test(first.text)) return right.length >= 2;
  const hasNumber = (some: readonly Token[]) => some.some(({ kind }) => kind === 'number');
  return (
    right.length >= 3 &&
    (right.some(({ lower: word, text }) => VERB_LIKE.has(word) || VERB_FORM.test(text)) ||
      (hasNumber(right) && hasNumber(tokens.slice(from, at))))
  );
}

function rightOf(tokens: readonly Token[], at: number): Token[] {
  const right: Token[] = [];
  for (const token of tokens.slice(at + 1, at + 16)) {
    if (token.kind === 'sign' || token.lower === 'and' || BUT.has(token.lower)) break;
    if (right.length > 0 && SUBORDINATING.has(token.lower)) break;
    right.push(token);
  }
  return right;
}

function clauseOf(tokens: readonly Token[]): Clause {
  const quantities = quantitiesOf(tokens);
  const counted = new Set<number>();
  for (const { from, to, isSure } of quantities)
    if (isSure) for (let at = from; at < to; at++) counted.add(at);
  // `GPT-4` is a term, and differs from `GPT`.
  const named = new Map(
    quantities.flatMap(({ from, isSure }) => {
      const before = tokens[from - 1]?.kind === 'sign' ? tokens[from - 2] : tokens[from - 1];
      const isNamed = !isSure && tokens[from]!.kind === 'number' && before?.kind === 'word';
      return isNamed ? [[from, before] as const] : [];
    }),
  );
  const partsOfNames = new Set(named.values());
  const termAt = (at: number): string | undefined => {
    const token = tokens[at];
    const before = named.get(at);
    if (before !== undefined) return before.lower + token!.lower;
    if (token === undefined || counted.has(at) || partsOfNames.has(token) || !isContent(token))
      return undefined;
    // In `넣지 마십시오`, the ending belongs to the negation.
    const isStem = token.lower.endsWith('지') && /^(?:않|못|마|말)/.test(tokens[at + 1]?.lower ?? '');
    return termOfWord(isStem ? `${token.lower.slice(0, -1)}는다` : token.lower);
  };
  const terms = new Set<string>();
  let subject: readonly string[] | undefined;
  for (let at = 0; at < tokens.length; at++) {
    const term = termAt(at) ?? comparison(tokens, at);
    if (terms.size > 0 && isVerb(tokens[at]!)) subject ??= [...terms];
    if (term !== undefined) terms.add(term);
  }
  return {
    tokens,
    terms,
    quantities,
    subject: subject ?? [...terms].slice(0, 1),
    ...negationOf(tokens, termAt),
    isContinued: isContinuing(tokens),
    isRelative:
      RELATIVE.has(tokens[0]!.lower) || (tokens[0]!.text === ',' && RELATIVE.has(tokens[1]?.lower ?? '')),
    isLimited: tokens.some(({ lower }) => LIMITING.has(lower)),
  };
}

/** Whether a clause begins with a conjunction and a verb, or with a relative pronoun. */
function isContinuing(tokens: readonly Token[]): boolean {
  const [first, second] = tokens;
  if (first === undefined) return false;
  const next = first.lower === ',' || first.lower === 'and' || first.lower === 'but' ? second : first;
  if (next === undefined) return false;
  if (RELATIVE.has(next.lower)) return true;
  if (tokens.some(({ kind }) => kind === 'hangul')) return isKoreanContinuing(tokens);
  if (next === first) return false;
  return isDenying(next.lower) || isVerb(next) || !tokens.some(isVerb);
}

const isVerb = ({ lower, text }: Token): boolean =>
  VERB_LIKE.has(lower) || VERB_FORM.test(text) || isIrregularVerb(lower);

/** Whether a Korean clause has no word that is its topic or subject. */
const isKoreanContinuing = (tokens: readonly Token[]): boolean =>
  !tokens.some(
    ({ kind, lower }) => kind === 'hangul' && !isPredicate(lower) && /^[은이]$/.test(particleOf(lower)),
  );

/** A comparison without a number: `earns more than Ben`. With a number it would be a bound. */
function comparison(tokens: readonly Token[], at: number): string | undefined {
  const { lower } = tokens[at]!;
  const isComparison =
    (lower === 'more' || lower === 'less' || lower === 'fewer') && tokens[at + 1]?.kind === 'word';
  const [next, second] = [tokens[at + 1], tokens[at + 2]];
  const hasNumber = second?.kind === 'number' || englishNumber(second?.lower ?? '') !== undefined;
  return isComparison && !(next?.lower === 'than' && hasNumber) && !isDenying(tokens[at - 1]?.lower ?? '')
    ? lower
    : undefined;
}

function isContent({ kind, lower, isJoined }: Token): boolean {
  if (kind === 'hangul')
    return (
      !(isJoined && isParticle(lower)) && !LIGHT.test(lower) && (lower.length > 1 || !isPredicate(lower))
    );
  if (kind !== 'word' || !LATIN_TERM.test(lower)) return false;
  return (
    (!STOP_WORDS.has(lower) || KEPT.has(lower)) &&
    !isDenying(lower) &&
    !LIMITING.has(lower) &&
    (lower.length > 1 || !/[a-z]/.test(lower))
  );
}
