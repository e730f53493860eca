import { type GlobNode, SLASH, type UnitTest } from './glob-nodes.ts';

/** The state in which a glob has been matched. */
const END = 0;

/**
 * A glob as a machine of states that all run at once (K. Thompson, "Regular Expression Search Algorithm", CACM 1968):
 * a path takes time by its length times the glob's, whatever they are. A backtracking matcher takes `*a*a*a*b` years.
 */
export class GlobMatcher {
  /** Of each state: the unit that it takes; undefined where it only branches. */
  readonly #tests: (UnitTest | undefined)[] = [];
  readonly #next: number[][] = [];
  readonly #start: number;

  constructor(nodes: readonly GlobNode[]) {
    this.#add(undefined, []);
    this.#start = this.#compile(nodes, END);
  }

  /** Whether the whole path fits. */
  matches(path: string): boolean {
    return this.folders(path).at(-1) === true;
  }

  /** Whether each folder above a path fits, from the outermost, and the path itself. */
  folders(path: string): boolean[] {
    const found: boolean[] = [];
    let states: number[] = [];
    // In which step a state was met last.
    const met = new Uint32Array(this.#tests.length);
    const reach = (from: number, step: number, into: number[]): void => {
      const waiting = [from];
      for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
        if (met[state] === step) continue;
        met[state] = step;
        if (state === END || this.#tests[state] !== undefined) into.push(state);
        else waiting.push(...this.#next[state]!);
      }
    };
    reach(this.#start, 1, states);
    for (let at = 0; at < path.length; at++) {
      const unit = path.charCodeAt(at);
      if (unit === SLASH) found.push(met[END] === at + 1);
      const next: number[] = [];
      for (const state of states) if (this.#tests[state]?.(unit)) reach(this.#next[state]![0]!, at + 2, next);
      states = next;
    }
    found.push(met[END] === path.length + 1);
    return found;
  }

  /** The first state of a sequence that goes on to `next`. */
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
