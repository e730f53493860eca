import { describe, expect, it } from 'vitest';
import {
  failureOf,
  invoking,
  machineOf,
  outputOf,
  runVirtually,
  single,
  task,
} from '../../../support/state-machines.ts';

const double = { double: ({ x }: { x: number }) => ({ y: x * 2 }) };

describe('Pass', () => {
  it('returns its input without Output', async () => {
    expect(await outputOf(single({ Type: 'Pass' }), { a: [1, null, 'x'] })).toEqual({ a: [1, null, 'x'] });
  });

  it('evaluates every expression of its Output and keeps the rest unchanged', async () => {
    const Output = {
      sum: '{% $sum($states.input.l) %}',
      deep: [{ text: 'plain', up: '{% $uppercase("ab") %}' }],
    };
    expect(await outputOf(single({ Type: 'Pass', Output }), { l: [1, 2, 3] })).toEqual({
      sum: 6,
      deep: [{ text: 'plain', up: 'AB' }],
    });
  });

  it('assigns variables for later states from the previous values', async () => {
    const swap = machineOf({
      A: { Type: 'Pass', Assign: { left: 1, right: 2 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { left: '{% $right %}', right: '{% $left %}' }, Next: 'C' },
      C: { Type: 'Pass', Output: '{% [$left, $right] %}', End: true },
    });
    expect(await outputOf(swap)).toEqual([2, 1]);
  });

  it('does not see the values of its Assign in its Output', async () => {
    const state = { Type: 'Pass', Assign: { x: 2 }, Output: '{% $x %}' };
    const before = machineOf({
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
      B: { ...state, End: true },
    });
    expect(await outputOf(before)).toBe(1);
    expect((await failureOf(single(state))).error).toBe('States.QueryEvaluationError');
  });

  it('keeps a variable that is null', async () => {
    const machine = machineOf({
      A: { Type: 'Pass', Assign: { x: null }, Next: 'B' },
      B: { Type: 'Pass', Output: '{% $type($x) %}', End: true },
    });
    expect(await outputOf(machine)).toBe('null');
  });
});

describe('Choice', () => {
  const route = machineOf({
    A: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > 5 %}', Next: 'Big', Assign: { size: 'big' }, Output: { n: 1 } },
        { Condition: '{% $states.input.n > 0 %}', Next: 'Big' },
      ],
      Default: 'Big',
      Assign: { size: 'small' },
      Output: { n: 0 },
    },
    Big: {
      Type: 'Pass',
      Output: { n: '{% $states.input.n %}', size: '{% $exists($size) ? $size : "?" %}' },
      End: true,
    },
  });

  it('follows the first true rule, with its Assign and Output', async () => {
    expect(await outputOf(route, { n: 9 })).toEqual({ n: 1, size: 'big' });
  });

  it('returns its input under a rule without Output', async () => {
    expect(await outputOf(route, { n: 3 })).toEqual({ n: 3, size: '?' });
  });

  it('uses its own Assign and Output if no rule is true', async () => {
    expect(await outputOf(route, { n: -1 })).toEqual({ n: 0, size: 'small' });
  });

  it('fails without a true rule and without Default', async () => {
    const stuck = machineOf({
      A: { Type: 'Choice', Choices: [{ Condition: false, Next: 'B' }] },
      B: { Type: 'Succeed' },
    });
    expect(await failureOf(stuck)).toEqual({
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'A' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.",
    });
  });

  it('fails on a condition that is not a boolean', async () => {
    const odd = machineOf({
      A: { Type: 'Choice', Choices: [{ Condition: '{% "yes" %}', Next: 'B' }] },
      B: { Type: 'Succeed' },
    });
    const { error, cause } = await failureOf(odd);
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(
      `The JSONata expression '"yes"' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string' for value: "yes"`,
    );
  });
});

describe('Wait', () => {
  it('waits for a number of seconds, stated or evaluated', async () => {
    const { tookMs } = await runVirtually(single({ Type: 'Wait', Seconds: 90 }), {});
    expect(tookMs).toBe(90_000);
    const evaluated = single({ Type: 'Wait', Seconds: '{% $states.input.s * 2 %}' });
    expect((await runVirtually(evaluated, { s: 4 })).tookMs).toBe(8_000);
  });

  it('waits until a time, or not at all if the time has passed', async () => {
    const until = (text: string) => single({ Type: 'Wait', Timestamp: text });
    expect((await runVirtually(until('2026-11-24T00:01:00Z'), {})).tookMs).toBe(60_000);
    expect((await runVirtually(until('2026-11-24T01:00:30+01:00'), {})).tookMs).toBe(30_000);
    expect((await runVirtually(until('2020-01-01T00:00:00Z'), {})).tookMs).toBe(0);
    expect((await runVirtually(until('{% $states.input %}'), '2026-11-24T00:00:05Z')).tookMs).toBe(5_000);
  });

  it.each([
    ['Seconds', -1],
    ['Seconds', 1.5],
    ['Seconds', '3'],
    ['Timestamp', 'tomorrow'],
    ['Timestamp', '2026-11-24t00:00:00z'],
  ])('fails if %s evaluates to %j', async (field, value) => {
    const { error } = await failureOf(single({ Type: 'Wait', [field]: '{% $states.input %}' }), value);
    expect(error).toBe('States.QueryEvaluationError');
  });
});

describe('Succeed and Fail', () => {
  it('ends with the output of Succeed', async () => {
    const machine = machineOf({ A: { Type: 'Succeed', Output: { n: '{% $states.input.n %}' } } });
    expect(await outputOf(machine, { n: 7 })).toEqual({ n: 7 });
  });

  it('ends with the error and cause of Fail, stated or evaluated', async () => {
    const fail = (fields: object) => machineOf({ A: { Type: 'Fail', ...fields } });
    expect(await failureOf(fail({ Error: 'E1', Cause: 'why' }))).toEqual({ error: 'E1', cause: 'why' });
    const evaluated = fail({ Error: '{% "E" & $states.input.n %}', Cause: '{% $string($states.input) %}' });
    expect(await failureOf(evaluated, { n: 2 })).toEqual({ error: 'E2', cause: '{"n":2}' });
    expect(await failureOf(fail({}))).toEqual({ error: undefined, cause: undefined });
    expect((await failureOf(fail({ Error: '{% 1 %}' }))).error).toBe('States.QueryEvaluationError');
  });
});

describe('Task', () => {
  it('invokes a function and returns the result of the service integration', async () => {
    expect(await outputOf(single(task('double', { x: 4 })), {}, double)).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: { y: 8 },
      StatusCode: 200,
    });
  });

  it.each([
    'double',
    'double:3',
    'arn:aws:lambda:us-east-1:123456789012:function:double',
    'arn:aws:lambda:us-east-1:123456789012:function:double:$LATEST',
    '123456789012:function:double',
  ])('resolves the function name %s', async (name) => {
    const state = task(name, { x: '{% $states.input.x %}' }, { Output: '{% $states.result.Payload.y %}' });
    expect(await outputOf(single(state), { x: 5 }, double)).toBe(10);
  });

  it('accepts the ARN of a function as resource, with Arguments or input as payload', async () => {
    const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:double';
    expect(await outputOf(single({ Type: 'Task', Resource }), { x: 5 }, double)).toEqual({ y: 10 });
    const given = single({ Type: 'Task', Resource, Arguments: { x: '{% 1 + 2 %}' } });
    expect(await outputOf(given, {}, double)).toEqual({ y: 6 });
  });

  it('sends an empty object to a function without Payload, and maps an empty reply to null', async () => {
    const seen: unknown[] = [];
    const listen = { listen: (payload: unknown) => void seen.push(payload) };
    const machine = single({ ...task('listen'), Arguments: { FunctionName: 'listen' } });
    expect(await outputOf(machine, {}, listen)).toMatchObject({ Payload: null });
    expect(seen).toEqual([{}]);
  });

  it('evaluates Arguments that are one expression, and fails on unimplemented ones', async () => {
    const whole = (text: string) => single({ ...task('double'), Arguments: text });
    const right = whole('{% {"FunctionName": "double", "Payload": {"x": 3}} %}');
    expect(await outputOf(right, {}, double)).toMatchObject({ Payload: { y: 6 } });
    for (const [text, problem] of [
      ['{% {"FunctionName": "double", "LogType": "Tail"} %}', "argument 'LogType'"],
      ['{% {"FunctionName": "double", "InvocationType": "Event"} %}', 'InvocationType "Event"'],
      ['{% {"FunctionName": "no name"} %}', 'FunctionName "no name"'],
      ['{% 3 %}', 'must be an object'],
    ] as const) {
      const { error, cause } = await failureOf(whole(text), {}, double);
      expect(error).toBe('States.Runtime');
      expect(cause).toContain(problem);
    }
  });

  it('passes its timeout to the function', async () => {
    const told: (number | undefined)[] = [];
    const invoke =
      () =>
      async (_: string, __: unknown, { timeoutMs }: { timeoutMs: number | undefined }) => {
        told.push(timeoutMs);
        return { statusCode: 200, payload: {} };
      };
    await runVirtually(single(task('f', {}, { TimeoutSeconds: 7 })), {}, invoke);
    await runVirtually(single(task('f', {}, { TimeoutSeconds: '{% 3 %}' })), {}, invoke);
    await runVirtually(single(task('f')), {}, invoke);
    expect(told).toEqual([7_000, 3_000, undefined]);
  });
});

describe('Parallel', () => {
  const branch = (state: object) => ({ StartAt: state === null ? '' : Object.keys(state)[0], States: state });

  it('runs its branches on the same input and returns their outputs in order', async () => {
    const machine = single({
      Type: 'Parallel',
      Arguments: { n: '{% $states.input.n + 1 %}' },
      Branches: [
        branch({ B1: { Type: 'Wait', Seconds: 5, Output: '{% $states.input.n %}', End: true } }),
        branch({ B2: { Type: 'Wait', Seconds: 3, Output: '{% $states.input.n * 10 %}', End: true } }),
      ],
    });
    const { result, tookMs } = await runVirtually(machine, { n: 1 });
    expect(result.output).toEqual([2, 20]);
    expect(tookMs).toBe(5_000);
  });

  it('can read outer variables, and keeps its own private', async () => {
    const machine = machineOf({
      A: { Type: 'Pass', Assign: { x: 3 }, Next: 'P' },
      P: {
        Type: 'Parallel',
        Branches: [
          branch({
            B1: { Type: 'Pass', Assign: { y: '{% $x + 1 %}' }, Next: 'B2' },
            B2: { Type: 'Pass', Output: '{% $y %}', End: true },
          }),
          branch({ B3: { Type: 'Pass', Output: '{% $exists($y) %}', End: true } }),
        ],
        Next: 'Z',
      },
      Z: { Type: 'Pass', Output: '{% [$states.input, $exists($y)] %}', End: true },
    });
    expect(await outputOf(machine)).toEqual([4, false, false]);
  });

  it('fails with the first failure of a branch, and ends the others', async () => {
    const ended: string[] = [];
    const machine = single({
      Type: 'Parallel',
      Branches: [
        branch({ B1: task('slow', {}, { Next: 'B3' }), B3: { Type: 'Pass', End: true } }),
        branch({ B2: { Type: 'Wait', Seconds: 1, Next: 'F' }, F: { Type: 'Fail', Error: 'E', Cause: 'c' } }),
      ],
    });
    const { result, tookMs } = await runVirtually(machine, {}, (clock) => async (name, _, { signal }) => {
      signal.addEventListener('abort', () => ended.push(name));
      await clock.sleep(60_000, signal);
      return { statusCode: 200, payload: {} };
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'E', cause: 'c' });
    expect(tookMs).toBe(1_000);
    expect(ended).toEqual(['slow']);
    expect(result.history.some(({ state }) => state === 'B3')).toBe(false);
  });
});

describe('a branch that is ended because another failed', () => {
  it('is neither retried nor caught', async () => {
    const waiting = task(
      'slow',
      {},
      {
        Retry: [{ ErrorEquals: ['E'] }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'H' }],
        End: true,
      },
    );
    const machine = single({
      Type: 'Parallel',
      Branches: [
        { StartAt: 'B', States: { B: waiting, H: { Type: 'Pass', End: true } } },
        { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E' } } },
      ],
    });
    const { result } = await runVirtually(machine, {}, () => () => new Promise(() => undefined));
    expect(result.error).toBe('E');
    expect(result.history.map(({ type, state }) => `${type} ${state}`)).toEqual([
      'ExecutionStarted undefined',
      'ParallelStateEntered A',
      'ParallelStateStarted A',
      'TaskStateEntered B',
      'FailStateEntered F',
      'TaskScheduled B',
      'TaskStarted B',
      'ParallelStateFailed A',
      'ExecutionFailed undefined',
    ]);
  });
});

describe('Map', () => {
  const each = (state: object, more: object = {}) =>
    single({ Type: 'Map', ItemProcessor: { StartAt: 'X', States: { X: { ...state, End: true } } }, ...more });

  it('runs its processor for every item and returns the outputs in order', async () => {
    const machine = each(
      task('double', { x: '{% $states.input %}' }, { Output: '{% $states.result.Payload.y %}' }),
      {
        Items: '{% $states.input.l %}',
      },
    );
    expect(await outputOf(machine, { l: [1, 2, 3] }, double)).toEqual([2, 4, 6]);
    expect(await outputOf(machine, { l: [] }, double)).toEqual([]);
    expect(await outputOf(machine, { l: [5] }, double)).toEqual([10]);
  });

  it('uses its input as items if it has no Items, and literal Items unchanged', async () => {
    expect(await outputOf(each({ Type: 'Pass' }), [1, [2]])).toEqual([1, [2]]);
    expect(await outputOf(each({ Type: 'Pass' }, { Items: ['a', '{% 1 + 1 %}'] }))).toEqual(['a', 2]);
    expect((await failureOf(each({ Type: 'Pass' }), { a: 1 })).error).toBe('States.Runtime');
    expect((await failureOf(each({ Type: 'Pass' }, { Items: '{% 3 %}' }))).error).toBe(
      'States.QueryEvaluationError',
    );
  });

  it('builds items with ItemSelector and the context of the item', async () => {
    const ItemSelector = {
      i: '{% $states.context.Map.Item.Index %}',
      v: '{% $states.context.Map.Item.Value %}',
      all: '{% $count($states.input) %}',
    };
    expect(await outputOf(each({ Type: 'Pass' }, { ItemSelector }), ['a', 'b'])).toEqual([
      { i: 0, v: 'a', all: 2 },
      { i: 1, v: 'b', all: 2 },
    ]);
  });

  it.each([
    [1, 60_000],
    [2, 30_000],
    ['{% 3 %}', 20_000],
    [0, 10_000],
  ])('processes MaxConcurrency %j items in parallel', async (MaxConcurrency, tookMs) => {
    const run = await runVirtually(
      each({ Type: 'Wait', Seconds: 10 }, { MaxConcurrency }),
      [1, 2, 3, 4, 5, 6],
    );
    expect(run.tookMs).toBe(tookMs);
  });

  it('processes at most 40 items in parallel', async () => {
    const items = Array.from({ length: 41 }, (_, index) => index);
    expect((await runVirtually(each({ Type: 'Wait', Seconds: 10 }), items)).tookMs).toBe(20_000);
    const wide = each({ Type: 'Wait', Seconds: 10 }, { MaxConcurrency: 1_000 });
    expect((await runVirtually(wide, items)).tookMs).toBe(20_000);
  });

  it('fails with the first failure of an item and starts no further item', async () => {
    const started: number[] = [];
    const machine = each(task('f', '{% $states.input %}' as never), { MaxConcurrency: 1 });
    const { result } = await runVirtually(machine, [1, 2, 3], () =>
      invoking({
        f: (n: number) => {
          started.push(n);
          if (n === 2) throw Object.assign(new Error('two'), { name: 'Two' });
          return n;
        },
      }),
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'Two' });
    expect(started).toEqual([1, 2]);
  });
});
