import type { Json } from '../../src/laptop/index.ts';
import { seeded } from './seeded.ts';
import { named, task } from './state-machines.ts';

/** The value passed between the states of a generated machine. */
interface Value {
  readonly n: number;
  readonly s: string;
  readonly l: readonly number[];
}

/** The expected ending of a generated machine, computed by a model that is independent of the interpreter. */
export type Expected =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause?: string };

export interface GeneratedMachine {
  readonly definition: { readonly StartAt: string; readonly States: object };
  readonly input: Json;
  readonly expected: Expected;
  /** Kinds of the machine's steps, to count coverage. */
  readonly kinds: readonly string[];
}

/** The functions that generated machines invoke; `waver` counts its calls by id. */
export function generatedFunctions(): Record<string, (payload: never) => unknown> {
  const calls = new Map<string, number>();
  return {
    double: ({ x }: { x: number }) => ({ y: x * 2 }),
    burst: ({ name }: { name: string }) => {
      throw named(name, `from ${name}`);
    },
    waver: ({ id, failures }: { id: string; failures: number }) => {
      const call = (calls.get(id) ?? 0) + 1;
      calls.set(id, call);
      if (call <= failures) throw named('Flaky', `call ${call}`);
      return { calls: call };
    },
  };
}

class Failure {
  readonly error: string;
  readonly cause: string | undefined;
  constructor(error: string, cause?: string) {
    this.error = error;
    this.cause = cause;
  }
}
type Variables = Map<string, number>;
type Exit = { readonly Next: string } | { readonly End: true };

interface Step {
  readonly entry: string;
  readonly states: (exit: Exit) => Record<string, object>;
  readonly apply: (value: Value, variables: Variables) => Value;
}
interface Sequence {
  readonly definition: { readonly StartAt: string; readonly States: Record<string, object> };
  readonly apply: (value: Value) => Value;
}

const N = '{% $states.input.n %}';
const S = '{% $states.input.s %}';
const L = '{% $states.input.l %}';
const OUTPUT = { n: N, s: S, l: L };
const bombCause = (name: string): string => JSON.stringify({ errorType: name, errorMessage: `from ${name}` });

class Builder {
  readonly kinds: string[] = [];
  readonly #random: () => number;
  #names = 0;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  whole(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.whole(0, items.length - 1)]!;
  }

  #name(): string {
    this.#names += 1;
    return `S${this.#names}`;
  }

  sequence(length: number): Sequence {
    const known: string[] = [];
    const steps = Array.from({ length }, () => this.#step(known));
    const States: Record<string, object> = {};
    for (const [index, step] of steps.entries()) {
      const next = steps[index + 1];
      Object.assign(States, step.states(next === undefined ? { End: true } : { Next: next.entry }));
    }
    return {
      definition: { StartAt: steps[0]!.entry, States },
      apply: (value) => {
        const variables: Variables = new Map();
        return steps.reduce((current, step) => step.apply(current, variables), value);
      },
    };
  }

  #step(known: string[]): Step {
    const kinds: [string, () => Step][] = [
      ['add', () => this.#add()],
      ['text', () => this.#text()],
      ['list', () => this.#list()],
      ['assign', () => this.#assign(known)],
      ['choice', () => this.#choice()],
      ['task', () => this.#double()],
      ['caught task', () => this.#caught()],
      ['retried task', () => this.#retried()],
    ];
    if (known.length > 0)
      kinds.push(
        ...kinds
          .slice(0, 3)
          .map((): [string, () => Step] => ['variable', () => this.#variable(this.#pick(known))]),
      );
    if (this.#random() < 0.15) {
      kinds.splice(
        0,
        kinds.length,
        ['uncaught task', () => this.#uncaught()],
        ['undefined expression', () => this.#undefinedOutput()],
        ['no choice', () => this.#noChoice()],
      );
    }
    const [kind, make] = this.#pick(kinds);
    this.kinds.push(kind);
    return make();
  }

  /** One state whose output is `apply` of its input. */
  #single(state: object, apply: Step['apply']): Step {
    const entry = this.#name();
    return { entry, states: (exit) => ({ [entry]: { ...state, ...exit } }), apply };
  }

  #add(): Step {
    const by = this.whole(-9, 9);
    const Output = { ...OUTPUT, n: `{% $states.input.n + ${by} %}` };
    return this.#single({ Type: 'Pass', Output }, (value) => ({ ...value, n: value.n + by }));
  }

  #text(): Step {
    const [source, change] = this.#pick<[string, (text: string) => string]>([
      ['$states.input.s & "-x"', (text) => `${text}-x`],
      ['$uppercase($states.input.s)', (text) => text.toUpperCase()],
      ['$substring($states.input.s, 0, 4)', (text) => text.slice(0, 4)],
      ['$string($states.input.n)', (text) => text],
      ['$replace($states.input.s, "x", "yy")', (text) => text.replaceAll('x', 'yy')],
    ]);
    const isNumber = source.startsWith('$string');
    return this.#single({ Type: 'Pass', Output: { ...OUTPUT, s: `{% ${source} %}` } }, (value) => ({
      ...value,
      s: isNumber ? String(value.n) : change(value.s),
    }));
  }

  #list(): Step {
    const [source, change] = this.#pick<[string, (list: readonly number[]) => number[]]>([
      ['[$states.input.l, 7]', (list) => [...list, 7].slice(0)],
      ['[$map($states.input.l, function($v) { $v + 1 })]', (list) => list.map((item) => item + 1)],
      ['[$filter($states.input.l, function($v) { $v > 2 })]', (list) => list.filter((item) => item > 2)],
      ['[$reverse($states.input.l)]', (list) => [...list].reverse()],
      [
        '[$states.input.l, $sum($states.input.l)]',
        (list) => [...list, list.reduce((sum, item) => sum + item, 0)],
      ],
    ]);
    return this.#single({ Type: 'Pass', Output: { ...OUTPUT, l: `{% ${source} %}` } }, (value) => ({
      ...value,
      l: change(value.l),
    }));
  }

  #assign(known: string[]): Step {
    const entry = this.#name();
    const name = `v${entry}`;
    known.push(name);
    const Assign = { [name]: '{% $states.input.n * 2 %}' };
    return {
      entry,
      states: (exit) => ({ [entry]: { Type: 'Pass', Assign, ...exit } }),
      apply: (value, variables) => {
        variables.set(name, value.n * 2);
        return value;
      },
    };
  }

  #variable(name: string): Step {
    const Output = { ...OUTPUT, n: `{% $${name} - $states.input.n %}` };
    return this.#single({ Type: 'Pass', Output }, (value, variables) => ({
      ...value,
      n: variables.get(name)! - value.n,
    }));
  }

  #choice(): Step {
    const [entry, big, odd, other] = [this.#name(), this.#name(), this.#name(), this.#name()];
    const limit = this.whole(-5, 15);
    const hasOutput = this.#random() < 0.5;
    const mark = (text: string, exit: Exit) => ({
      Type: 'Pass',
      Output: { ...OUTPUT, s: `{% $states.input.s & '${text}' %}` },
      ...exit,
    });
    return {
      entry,
      states: (exit) => ({
        [entry]: {
          Type: 'Choice',
          Choices: [
            {
              Condition: `{% $states.input.n > ${limit} %}`,
              Next: big,
              ...(hasOutput ? { Output: { ...OUTPUT, n: 100 } } : {}),
            },
            { Condition: '{% $states.input.n % 2 = 1 and $count($states.input.l) < 3 %}', Next: odd },
          ],
          Default: other,
        },
        [big]: mark('b', exit),
        [odd]: mark('o', exit),
        [other]: mark('d', exit),
      }),
      apply: (value) => {
        if (value.n > limit) return { ...value, n: hasOutput ? 100 : value.n, s: `${value.s}b` };
        return { ...value, s: value.s + (value.n % 2 === 1 && value.l.length < 3 ? 'o' : 'd') };
      },
    };
  }

  #double(): Step {
    const Output = { ...OUTPUT, n: '{% $states.result.Payload.y %}' };
    return this.#single(task('double', { x: N }, { Output }), (value) => ({ ...value, n: value.n * 2 }));
  }

  #caught(): Step {
    const [entry, handler] = [this.#name(), this.#name()];
    const by = this.#pick([['Boom'], ['States.TaskFailed'], ['States.ALL'], ['Other', 'Boom']]);
    const Output = { ...OUTPUT, s: '{% $states.errorOutput.Error %}' };
    return {
      entry,
      states: (exit) => ({
        [entry]: {
          ...task('burst', { name: 'Boom' }),
          Catch: [
            { ErrorEquals: ['Never'], Next: handler, Output: 'never' },
            { ErrorEquals: by, Next: handler, Output },
          ],
          ...exit,
        },
        [handler]: { Type: 'Pass', Output: { ...OUTPUT, n: '{% $states.input.n + 1 %}' }, ...exit },
      }),
      apply: (value) => ({ ...value, n: value.n + 1, s: 'Boom' }),
    };
  }

  #retried(): Step {
    const entry = this.#name();
    const MaxAttempts = 1;
    const failures = this.whole(0, 2);
    const id = `{% $states.context.Execution.Name & '/${entry}' %}`;
    const Retry = [{ ErrorEquals: ['Flaky'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts }];
    const Output = { ...OUTPUT, n: '{% $states.result.Payload.calls %}' };
    return {
      entry,
      states: (exit) => ({ [entry]: { ...task('waver', { id, failures }, { Retry, Output }), ...exit } }),
      apply: (value) => {
        if (failures <= MaxAttempts) return { ...value, n: failures + 1 };
        throw new Failure(
          'Flaky',
          JSON.stringify({ errorType: 'Flaky', errorMessage: `call ${MaxAttempts + 1}` }),
        );
      },
    };
  }

  #uncaught(): Step {
    const state = task('burst', { name: 'Boom.Deep' });
    return this.#single({ ...state, Catch: undefined }, () => {
      throw new Failure('Boom.Deep', bombCause('Boom.Deep'));
    });
  }

  #undefinedOutput(): Step {
    return this.#single({ Type: 'Pass', Output: { ...OUTPUT, n: '{% $states.input.missing %}' } }, () => {
      throw new Failure('States.QueryEvaluationError');
    });
  }

  #noChoice(): Step {
    const [entry, never] = [this.#name(), this.#name()];
    return {
      entry,
      states: (exit) => ({
        [entry]: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $states.input.n > 1000000000 %}', Next: never }],
        },
        [never]: { Type: 'Pass', ...exit },
      }),
      apply: () => {
        throw new Failure('States.Runtime');
      },
    };
  }
}

/** A machine of up to a dozen states with its expected ending; equal seeds generate equal machines. */
export function generateMachine(seed: number): GeneratedMachine {
  const builder = new Builder(seed);
  const sequence = builder.sequence(builder.whole(1, 8));
  const l = Array.from({ length: builder.whole(0, 4) }, () => builder.whole(0, 9));
  const input = { n: builder.whole(-9, 9), s: 'text', l };
  // Serialised and parsed, like a definition read from a file.
  const definition = JSON.parse(
    JSON.stringify({ QueryLanguage: 'JSONata', ...sequence.definition }),
  ) as never;
  return { definition, input, expected: expectedOf(sequence, input), kinds: builder.kinds };
}

function expectedOf(sequence: Sequence, input: Value): Expected {
  try {
    const { n, s, l } = sequence.apply(input);
    return { status: 'SUCCEEDED', output: { n, s, l } };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { error: name, cause } = error;
    return { status: 'FAILED', error: name, ...(cause === undefined ? {} : { cause }) };
  }
}
