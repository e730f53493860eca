import { describe, expect, it } from 'vitest';
import {
  failureOf,
  machineOf,
  outputOf,
  runVirtually,
  single,
  task,
} from '../../../support/state-machines.ts';

const double = { double: ({ x }: { x: number }) => ({ y: x * 2 }) };

describe('Pass', () => {
  it('returns its input if it has no Output', async () => {
    expect(await outputOf(single({ Type: 'Pass' }), { a: [1, null, 'x'] })).toEqual({ a: [1, null, 'x'] });
  });

  it('evaluates every expression in its Output and keeps all other values unchanged', async () => {
    const Output = {
      sum: '{% $sum($states.input.l) %}',
      deep: [{ text: 'plain', up: '{% $uppercase("ab") %}' }],
    };
    expect(await outputOf(single({ Type: 'Pass', Output }), { l: [1, 2, 3] })).toEqual({
      sum: 6,
      deep: [{ text: 'plain', up: 'AB' }],
    });
  });

  it('assigns variables for later states, computed from their previous values', async () => {
    const swap = machineOf({
      A: { Type: 'Pass', Assign: { left: 1, right: 2 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { left: '{% $right %}', right: '{% $left %}' }, Next: 'C' },
      C: { Type: 'Pass', Output: '{% [$left, $right] %}', End: true },
    });
    expect(await outputOf(swap)).toEqual([2, 1]);
  });

  it('evaluates its Output with the values that variables had before its Assign', async () => {
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

  it('returns its input if the matching rule has no Output', async () => {
    expect(await outputOf(route, { n: 3 })).toEqual({ n: 3, size: '?' });
  });

  it('uses its own Assign and Output if no rule is true', async () => {
    expect(await outputOf(route, { n: -1 })).toEqual({ n: 0, size: 'small' });
  });

  it('fails if no rule is true and there is no Default', async () => {
    const stuck = machineOf({
      A: { Type: 'Choice', Choices: [{ Condition: false, Next: 'B' }] },
      B: { Type: 'Pass', End: true },
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
      B: { Type: 'Pass', End: true },
    });
    const { error, cause } = await failureOf(odd);
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(
      `The JSONata expression '"yes"' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string' for value: "yes"`,
    );
  });
});

describe('Task', () => {
  it('invokes a function and returns its reply in the format of the Lambda service integration', async () => {
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

  it('sends an empty object if there is no Payload, and maps an empty reply to null', async () => {
    const seen: unknown[] = [];
    const listen = { listen: (payload: unknown) => void seen.push(payload) };
    const machine = single({ ...task('listen'), Arguments: { FunctionName: 'listen' } });
    expect(await outputOf(machine, {}, listen)).toMatchObject({ Payload: null });
    expect(seen).toEqual([{}]);
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
