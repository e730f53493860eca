import type { Quantity } from './quantities.ts';
import type { Token } from './tokens.ts';

/**
 * The side of a number that is meant: above or after it, or below or before it. `earlier` and `later` are
 * distances: `two days before` does not contradict `within two days`.
 */
type Bound = 'up' | 'down' | 'earlier' | 'later';

const WORDS: Readonly<Record<string, Bound>> = Object.fromEntries(
  (
    [
      [
        'up',
        'more over above exceed exceeds exceeded exceeding greater longer larger higher beyond older least minimum min after since following later 초과 최소 이상 지나 넘 넘는 넘어 넘게 후 후에 이후 이후에 부터 뒤 뒤에',
      ],
      [
        'down',
        'less under below fewer shorter smaller lower younger most maximum max within before until till prior earlier 미만 이하 최대 이내 안에 전 전에 이전 이전에 까지',
      ],
    ] as const
  ).flatMap(([bound, words]) => words.split(' ').map((word) => [word, bound])),
);
const OPPOSITE: Readonly<Record<Bound, Bound>> = {
  up: 'down',
  down: 'up',
  earlier: 'later',
  later: 'earlier',
};
const DENIED = /^(?:not|no|never|cannot|nor|.+n't)$/;
const REACH = 4;

/** The bound of a number, if any. `not over 5` is `down`, or `up` if negations are ignored. */
export function boundOf(
  tokens: readonly Token[],
  { from, to }: Quantity,
  turnsWhenDenied = true,
): Bound | undefined {
  for (let at = from - 1; at >= Math.max(0, from - REACH); at--) {
    const { lower, kind } = tokens[at]!;
    if (kind === 'number' || (kind === 'sign' && ',;'.includes(lower))) break;
    if (lower === 'to' && tokens[at - 1]?.lower === 'up') return 'down';
    const bound = WORDS[lower];
    if (bound !== undefined && kind === 'word') {
      const isDenied = DENIED.test(tokens[at - 1]?.lower ?? '') || DENIED.test(tokens[at - 2]?.lower ?? '');
      return isDenied && turnsWhenDenied ? OPPOSITE[bound] : bound;
    }
    if (bound !== undefined && /^최[소대]/.test(lower)) return bound;
  }
  return boundBehind(tokens, to);
}

/** The bound stated after a number: `15분 이상`, `15 minutes or more`, `9시부터`. */
function boundBehind(tokens: readonly Token[], to: number): Bound | undefined {
  const own = tokens[to - 1];
  if (own?.kind === 'hangul') {
    if (/부터$/.test(own.lower)) return 'up';
    if (/까지$/.test(own.lower)) return 'down';
    if (/(?:이상|초과)/.test(own.lower)) return 'up';
    if (/(?:이하|미만|이내)/.test(own.lower)) return 'down';
  }
  const next = tokens[to];
  if (next?.kind === 'hangul') {
    const found = /^(?:이상|초과|넘|이하|미만|이내|안에|이전|이후|전|후|까지|부터|뒤|지나)/.exec(next.lower);
    const denied = /지\s?않|못|없/.test(
      tokens
        .slice(to, to + 4)
        .map(({ lower }) => lower)
        .join(' '),
    );
    const bound = found === null ? undefined : WORDS[found[0]];
    return bound !== undefined && denied && found![0] === '넘' ? OPPOSITE[bound] : bound;
  }
  if (next?.lower === 'or') return WORDS[tokens[to + 1]?.lower ?? ''];
  if (next?.lower === 'before' || next?.lower === 'earlier') return 'earlier';
  if (next?.lower === 'after' || next?.lower === 'later') return 'later';
  return undefined;
}

/** Whether two bounds of one number exclude each other. */
export const areOpposite = (one: Bound | undefined, other: Bound | undefined): boolean =>
  one !== undefined && other !== undefined && OPPOSITE[one] === other;
