import {
  anything,
  folders,
  type GlobNode,
  literal,
  notSlash,
  repeat,
  SLASH,
  slash,
  type UnitTest,
  withinSegment,
} from './glob-nodes.ts';

/** Syntax that a glob may use in addition to `*`, `**`, `?` and `[...]`. */
export interface GlobSyntax {
  /**
   * `{a,b}`, `{1..3}` and `@(a|b)`, `?(a)`, `*(a)`, `+(a)`: allowed on command lines, but not in ignore
   * files.
   */
  readonly groups: boolean;
  /** Whether `folder/**` also matches the folder itself. */
  readonly folderItself: boolean;
}

/** Maximum values of a range such as `{1..20}`. */
const MAX_RANGE = 1_000;

/** Parses a glob. @throws RangeError for a negated group, a range that is too long, or overlapping groups */
export const parseGlob = (glob: string, syntax: GlobSyntax): GlobNode[] =>
  new Parser(glob, syntax).sequence('');

class Parser {
  readonly #glob: string;
  readonly #syntax: GlobSyntax;
  #at = 0;

  constructor(glob: string, syntax: GlobSyntax) {
    this.#glob = glob;
    this.#syntax = syntax;
  }

  /** Parses nodes up to one of the characters in `ends`, or up to the end of the glob. */
  sequence(ends: string): GlobNode[] {
    const nodes: GlobNode[] = [];
    while (this.#at < this.#glob.length && !ends.includes(this.#glob[this.#at]!))
      nodes.push(...this.#next(ends));
    return nodes;
  }

  #next(ends: string): readonly GlobNode[] {
    const unit = this.#glob[this.#at]!;
    if (this.#syntax.groups) {
      if (unit === '!' && this.#glob[this.#at + 1] === '(')
        throw new RangeError('a negated group, !(...), is not supported');
      if ('@?*+'.includes(unit) && this.#glob[this.#at + 1] === '(') {
        const group = this.#group(this.#at + 2, '|', ')');
        if (group !== undefined) return [QUANTIFIED[unit]!(group)];
      }
      if (unit === '{') {
        const group = this.#range() ?? this.#group(this.#at + 1, ',', '}');
        if (group !== undefined) return [group];
      }
    }
    if (unit === '[') {
      const test = this.#class();
      if (test !== undefined) return [{ kind: 'unit', test }];
    }
    if (unit === '/' && this.#glob.startsWith('/**', this.#at) && this.#endsAt(this.#at + 3, ends)) {
      this.#at += 3;
      return this.#syntax.folderItself ? [repeat([slash, anything], 0, 1)] : [slash, anything];
    }
    if (unit === '*') return this.#stars(ends);
    this.#at++;
    if (unit === '?') return [notSlash];
    if (unit === '\\' && this.#at < this.#glob.length) return literal(this.#glob[this.#at++]!);
    return literal(unit);
  }

  #stars(ends: string): readonly GlobNode[] {
    const from = this.#at;
    while (this.#glob[this.#at] === '*') this.#at++;
    const before = this.#glob[from - 1];
    const isSegment =
      this.#at - from > 1 && (from === 0 || before === '/' || isGroupStart(before, this.#syntax));
    if (isSegment && this.#glob[this.#at] === '/') {
      this.#at++;
      return [folders];
    }
    return [isSegment && this.#endsAt(this.#at, ends) ? anything : withinSegment];
  }

  #endsAt(at: number, ends: string): boolean {
    return at >= this.#glob.length || ends.includes(this.#glob[at]!);
  }

  /**
   * Parses alternatives. Returns undefined without consuming anything if the end or, in braces, the comma is
   * missing.
   */
  #group(from: number, separator: '|' | ',', end: ')' | '}'): GlobNode | undefined {
    if (!this.#isGroup(from, end)) return undefined;
    this.#at = from;
    const options: GlobNode[][] = [];
    do {
      options.push(this.sequence(separator + end));
      // `#isGroup` has found an end. Parsing misses it only if a group of another kind overlaps with this one.
      if (this.#at >= this.#glob.length) throw new RangeError('its groups overlap');
    } while (this.#glob[this.#at++] === separator);
    return { kind: 'choice', options };
  }

  /** Looks for the end first, because trying to parse groups without an end would take exponential time. */
  #isGroup(from: number, end: ')' | '}'): boolean {
    const begin = end === ')' ? '(' : '{';
    let depth = 1;
    let hasChoice = end === ')';
    for (let at = from; at < this.#glob.length; at++) {
      const unit = this.#glob[at];
      if (unit === '\\') at++;
      else if (unit === begin) depth++;
      else if (unit === ',' && depth === 1) hasChoice = true;
      else if (unit === end && --depth === 0) return hasChoice;
    }
    return false;
  }

  #range(): GlobNode | undefined {
    const found = /^\{(?:(-?\d{1,15})\.\.(-?\d{1,15})|([a-z])\.\.([a-z])|([A-Z])\.\.([A-Z]))\}/.exec(
      this.#glob.slice(this.#at, this.#at + 40),
    );
    if (found === null) return undefined;
    const [whole, ...ends] = found;
    const [first = '', last = ''] = ends.filter((end) => end !== undefined);
    const isNumber = found[1] !== undefined;
    const [from, to] = [first, last].map((end) => (isNumber ? Number(end) : end.charCodeAt(0))) as [
      number,
      number,
    ];
    if (Math.abs(to - from) >= MAX_RANGE) throw new RangeError(`${whole} has more than ${MAX_RANGE} values`);
    this.#at += whole.length;
    const values = Array.from({ length: Math.abs(to - from) + 1 }, (_, step) => Math.min(from, to) + step);
    const options = values.map((value) => literal(isNumber ? String(value) : String.fromCharCode(value)));
    return { kind: 'choice', options };
  }

  /** Parses a class: `[a-z]`, `[!a]` or `[^a]`. Undefined if it has no end. No class matches a slash. */
  #class(): UnitTest | undefined {
    const glob = this.#glob;
    let at = this.#at + 1;
    const isNegated = glob[at] === '!' || glob[at] === '^';
    if (isNegated) at++;
    const ranges: [number, number][] = [];
    const first = at;
    for (; at < glob.length && (glob[at] !== ']' || at === first); at++) {
      if (glob[at] === '\\') at++;
      const low = glob.charCodeAt(at);
      const isRange = glob[at + 1] === '-' && at + 2 < glob.length && glob[at + 2] !== ']';
      if (isRange) at += 2;
      ranges.push([low, glob.charCodeAt(at)]);
    }
    if (at >= glob.length) return undefined;
    this.#at = at + 1;
    return (unit) =>
      unit !== SLASH && ranges.some(([low, high]) => unit >= low && unit <= high) !== isNegated;
  }
}

const QUANTIFIED: Readonly<Record<string, (group: GlobNode) => GlobNode>> = {
  '@': (group) => group,
  '?': (group) => repeat([group], 0, 1),
  '*': (group) => repeat([group], 0, 'any'),
  '+': (group) => repeat([group], 1, 'any'),
};

const isGroupStart = (unit: string | undefined, { groups }: GlobSyntax): boolean =>
  groups && unit !== undefined && '{,(|'.includes(unit);
