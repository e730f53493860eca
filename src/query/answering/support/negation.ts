import type { Token } from './tokens.ts';

/** The negations of a clause. */
interface Negation {
  readonly heads: ReadonlySet<string>;
  readonly isDenied: boolean;
}

const DENYING = new Set(
  "not never no none nobody nothing neither nor cannot hardly lack lacks lacked lacking unable ain't nowhere non".split(
    ' ',
  ),
);
/** Words that negate the words after them, but not the predicate. */
const LEAVING_OUT = new Set(['without', 'excluding', 'minus']);
/** Whether a word only negates and has no other content. */
export const isDenying = (lower: string): boolean =>
  DENYING.has(lower) || LEAVING_OUT.has(lower) || lower.endsWith("n't");
/** Words before which `no` and `not` do not negate: `no more than 5`, `no later than`, `not only`. */
const COMPARING = new Set([
  'more',
  'less',
  'fewer',
  'later',
  'earlier',
  'sooner',
  'only',
  'just',
  'greater',
  'longer',
]);
/** Nouns that `out of` negates, as in `out of order`. */
const SPENT = new Set('order stock date service use print range scope bounds reach sync warranty'.split(' '));
/** Verbs that negate a following verb. */
const FAILING = new Set(['fail', 'fails', 'failed', 'refuse', 'refuses', 'refused']);

/** Finds the negations of a clause; `termAt` returns the term of a token, or undefined if it has no content. */
export function negationOf(tokens: readonly Token[], termAt: (at: number) => string | undefined): Negation {
  const heads = new Set<string>();
  let isDenied = false;
  const deny = (at: number | undefined): void => {
    const term = at === undefined ? undefined : termAt(at);
    if (term !== undefined) heads.add(term);
  };
  const next = (at: number): number | undefined => nearest(tokens, termAt, at + 1, 1);
  const before = (at: number): number | undefined => nearest(tokens, termAt, at - 1, -1);
  tokens.forEach(({ lower, kind }, at) => {
    if (kind === 'hangul') {
      const denied = koreanDenial(tokens, at);
      if (denied === undefined) return;
      isDenied ||= denied !== 'without';
      deny(denied === 'next' ? next(at) : denied === 'own' ? at : before(at));
      return;
    }
    if (lower === 'out' && tokens[at + 1]?.lower === 'of' && SPENT.has(tokens[at + 2]?.lower ?? '')) {
      isDenied = true;
      deny(at + 2);
    }
    if (LEAVING_OUT.has(lower)) deny(next(at));
    const isDenial = !LEAVING_OUT.has(lower) && isDenying(lower);
    const isFailing = FAILING.has(lower) && tokens[at + 1]?.lower === 'to';
    if (!isDenial && !isFailing) return;
    const following = tokens[at + 1]?.lower ?? '';
    // `no longer` is a negation, but `no longer than` is a comparison.
    const isLonger = following === 'longer' && tokens[at + 2]?.lower !== 'than';
    if (COMPARING.has(following) && !isLonger) return;
    // `no other is larger` means that it is the largest.
    if (lower === 'no' && following === 'other' && tokens.some(({ lower: word }) => word === 'than')) return;
    isDenied = true;
    deny(next(isLonger ? at + 1 : at) ?? before(at));
  });
  return { heads, isDenied };
}

function nearest(
  tokens: readonly Token[],
  termAt: (at: number) => string | undefined,
  from: number,
  step: 1 | -1,
): number | undefined {
  for (let at = from; at >= 0 && at < tokens.length; at += step) if (termAt(at) !== undefined) return at;
  return undefined;
}

/** Position of the word that a Korean negation negates: after it, before it, or in the same word. */
function koreanDenial(
  tokens: readonly Token[],
  at: number,
): 'next' | 'before' | 'own' | 'without' | undefined {
  const { lower } = tokens[at]!;
  if (lower === '안' || lower === '못')
    return tokens[at - 1]?.lower.endsWith('면') || /^[되된됩돼]/.test(tokens[at + 1]?.lower ?? '')
      ? 'before'
      : 'next';
  if (/^(?:않|못하|못한|못했|못할|말아|말고|마십|마세|아니|아닌|아닙)/.test(lower)) return 'before';
  if (/^(?:상관|관계|끊임|틀림)없/.test(lower)) return undefined;
  if (/^없이/.test(lower)) return 'without';
  if (/^없/.test(lower)) return 'before';
  if (/지(?:않|못|마|말)/.test(lower) || /^.+(?:없이)$/.test(lower))
    return /없이$/.test(lower) ? undefined : 'own';
  if (/.(?:없다|없는|없습|없음|아니다|아닙|아닌)/.test(lower)) return 'own';
  return undefined;
}
