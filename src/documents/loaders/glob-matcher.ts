import { type GlobNode, SLASH, type UnitTest } from './glob-nodes.ts';

/** The accepting state. */
const END = 0;

/**
 * A glob as a nondeterministic finite automaton (K. Thompson, "Regular Expression Search Algorithm", CACM
 * 1968): matching takes time proportional to path length times glob length at most. A backtracking matcher
 * can take years for `*a*a*a*b`.
 */
export class GlobMatcher {
  /** For each state, the test of the UTF-16 unit that it consumes; undefined if the state only branches. */
  readonly #tests: (UnitTest | undefined)[] = [];
  readonly #next: number[][] = [];
  readonly #start: number;

  constructor(nodes: readonly GlobNode[]) {
    this.#add(undefined, []);
    this.#start = this.#compile(nodes, END);
  }

  /** Whether the glob matches the whole path. */
  matches(path: string): boolean {
    return this.folders(path).at(-1) === true;
  }

  /** Whether the glob matches each folder above a path, from the outermost, and the path itself. */
  folders(path: string): boolean[] {
    const found: boolean[] = [];
    let states: number[] = [];
    // The step in which each state was last visited.
    const lastVisit = new Uint32Array(this.#tests.length);
    const reach = (from: number, step: number, into: number[]): void => {
      const waiting = [from];
      for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
        if (lastVisit[state] === step) continue;
        lastVisit[state] = step;
        if (state === END || this.#tests[state] !== undefined) into.push(state);
        else waiting.push(...this.#next[state]!);
      }
    };
    reach(this.#start, 1, states);
    for (let at = 0; at < path.length; at++) {
      const unit = path.charCodeAt(at);
      if (unit === SLASH) found.push(lastVisit[END] === at + 1);
      const next: number[] = [];
      for (const state of states) if (this.#tests[state]?.(unit)) reach(this.#next[state]![0]!, at + 2, next);
      states = next;
    }
    found.push(lastVisit[END] === path.length + 1);
    return found;
  }

  /** Compiles a sequence that is followed by state `next`, and returns its first state. */
  #compile(nodes: readonly GlobNode[], next: number): number {
    return nodes.reduceRight((after, node) => this.#compileNode(node, after), next);
  }

  #compileNode(node: GlobNode, next: number): number {
    if (node.kind === 'unit') return this.#add(node.test, [next]);
    if (node.kind === 'choice')
      return this.#add(
        undefined,
        node.options.map((option) => this.#compile(option, next)),
      );
    const branch = this.#add(undefined, [next]);
    const inner = this.#compile(node.of, node.most === 'any' ? branch : next);
    this.#next[branch]!.push(inner);
    return node.least === 0 ? branch : inner;
  }

  #add(test: UnitTest | undefined, next: number[]): number {
    this.#tests.push(test);
    return this.#next.push(next) - 1;
  }
}
