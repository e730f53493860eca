import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { loadStateMachine } from '../../../../src/laptop/index.ts';
import { Evaluator } from '../../../../src/laptop/state-machine/jsonata/evaluator.ts';
import {
  expression,
  failureOf,
  invoking,
  machineOf,
  outputOf,
  runVirtually,
  single,
} from '../../../support/state-machines.ts';

const invoke = invoking({});

describe('$parse and $millis', () => {
  it.each<[string, unknown]>([
    ['$parse("{\\"a\\": [1, null]}")', { a: [1, null] }],
    ['$parse("3").$string()', '3'],
  ])('%s', async (source, value) => {
    expect(await outputOf(expression(source))).toEqual(value);
  });

  it('return no value (undefined) for a missing argument', async () => {
    const { error, cause } = await failureOf(expression('$parse($states.input.none)'));
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain('returned nothing (undefined)');
  });

  it.each([
    ['$parse("{")', 'D3120'],
    ['$parse(1)', 'T0410'],
  ])('%s fails with %s', async (source, problem) => {
    const { error, cause } = await failureOf(expression(source));
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(problem);
  });

  it('return the same time throughout an evaluation', async () => {
    const start = Date.UTC(2026, 10, 24);
    expect(await outputOf(expression('[$millis(), $millis()]'))).toEqual([start, start]);
  });
});

describe('$states', () => {
  it('contains the same context object as in Step Functions', async () => {
    const { result } = await runVirtually(expression('$states.context'), { q: 1 }, () => invoke, {
      name: 'run-1',
      stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:srag',
    });
    expect(result.output).toEqual({
      Execution: {
        Id: expect.stringMatching(/^arn:aws:states:eu-west-1:123456789012:express:srag:run-1:[0-9a-f-]{36}$/),
        Input: { q: 1 },
        Name: 'run-1',
        RoleArn: 'arn:aws:iam::000000000000:role/local',
        StartTime: '2026-11-24T00:00:00.000Z',
        RedriveCount: 0,
      },
      State: { EnteredTime: '2026-11-24T00:00:00.000Z', Name: 'A', RetryCount: 0 },
      StateMachine: { Id: 'arn:aws:states:eu-west-1:123456789012:stateMachine:srag', Name: 'srag' },
    });
  });

  it('omits result and errorOutput in a state that has produced neither', async () => {
    expect(await outputOf(expression('[$exists($states.result), $exists($states.errorOutput)]'))).toEqual([
      false,
      false,
    ]);
  });
});

describe('values', () => {
  it.each<[string, unknown]>([
    ['{"a": []}.a', []],
    ['{"a": [1]}.a', [1]],
    ['null', null],
    ['1/0', 'Infinity'],
    ['[-1/0]', ['-Infinity']],
    ['{"n": 0/0}', { n: 'NaN' }],
    ['{"a": $states.input.none}', {}],
    ['[$states.input.none]', []],
    ['"\u{1F600} \\"\\\\ \\u2028"', '\u{1F600} "\\ \u2028'],
    ['9007199254740991', 9007199254740991],
    ['{"__proto__": 1}.$keys()', '__proto__'],
  ])('%s', async (source, value) => {
    expect(await outputOf(expression(source))).toEqual(value);
  });

  it.each([
    ['$sum', 'unsupported result type'],
    ['{"f": function($x) { $x }}', 'unsupported result type'],
    ['($r := /a+/; [$r])', 'unsupported result type'],
    ['1/0 + 1', 'D1001'],
    ['$states.input.toString', 'nothing (undefined)'],
    ['$states.input.constructor', 'nothing (undefined)'],
    ['$none', 'nothing (undefined)'],
    ['$none()', 'T1006'],
    ['$uppercase(1)', 'T0410: Argument 1 of function "uppercase" does not match function signature'],
    ['$error("mine")', 'mine'],
  ])('%s fails: %s', async (source, problem) => {
    const { error, cause } = await failureOf(expression(source));
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(problem);
  });

  it('that are undefined cause an error that names the expression and the field, as in Step Functions', async () => {
    const machine = machineOf({
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Pass', Output: { v: [1, '{% $states.input.none %}'] }, End: true },
    });
    expect((await failureOf(machine)).cause).toBe(
      "An error occurred while executing the state 'B' (entered at the event id #4). The JSONata expression '$states.input.none' specified for the field 'Output/v[1]' returned nothing (undefined).",
    );
  });

  it('of expression variables do not leak from one run to another', async () => {
    const machine = loadStateMachine(expression('($x := $exists($x) ? 2 : 1; $x)'));
    const outputs = [1, 2, 3].map(async () => (await machine.run({}, { invoke })).output);
    expect(await Promise.all(outputs)).toEqual([1, 1, 1]);
  });
});

describe('pathological expressions', () => {
  it.each([
    ['nests too deeply', '($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(32))'],
    ['has too many terms', `1${'+1'.repeat(100)}`],
    [
      'doubles a string',
      '($s := function($x, $n) { $n = 0 ? $x : $s($x & $x, $n - 1) }; $s("aaaaaaaa", 40))',
    ],
    ['makes a list that is too long', '[1..873783] ~> $append([1])'],
    ['makes a product of lists', '[1..800000].[1..800000]'],
    ['pads a string', '$pad("", 100000000)'],
  ])('fail if the expression %s', async (_, source) => {
    expect((await failureOf(expression(source))).error).toBe('States.QueryEvaluationError');
  });

  it('are evaluated if they are nested no deeper than Step Functions allows', async () => {
    expect(await outputOf(expression(`1${'+1'.repeat(99)}`))).toBe(100);
    const recursion = '($f := function($n) { $n <= 0 ? 0 : 1 + $f($n - 1) }; $f(31))';
    expect(await outputOf(expression(recursion))).toBe(31);
  });

  const endless = [
    '($f := function($n) { $f($n + 1) }; $f(0))',
    "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', /^(a+)+$/)",
  ];

  it.each(endless)('time out without blocking other machines and timers: %s', async (source) => {
    const evaluator = new Evaluator(700);
    const options = { invoke, evaluator };
    const run = loadStateMachine(expression(source)).run({}, options);
    let beats = 0;
    const heart = setInterval(() => {
      beats += 1;
    }, 10);
    const other = await loadStateMachine(expression('1 + 1')).run({}, options);
    expect(other.output).toBe(2);
    const { status, error } = await run;
    clearInterval(heart);
    expect([status, error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
    expect(beats).toBeGreaterThan(10);
    expect(evaluator.pending).toBe(0);
  });

  it.each(endless)('end when their execution is cancelled: %s', async (source) => {
    const stop = new AbortController();
    const evaluator = new Evaluator();
    const run = loadStateMachine(expression(source)).run({}, { invoke, evaluator, signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(evaluator.pending).toBe(0);
    const after = await loadStateMachine(expression('2')).run({}, { invoke, evaluator });
    expect(after.output).toBe(2);
  });

  it('make later expressions wait for a free thread; a waiting expression can be cancelled', async () => {
    const evaluator = new Evaluator(400);
    const loops = [1, 2].map(() => loadStateMachine(expression(endless[1]!)).run({}, { invoke, evaluator }));
    const stop = new AbortController();
    const third = loadStateMachine(expression('3')).run({}, { invoke, evaluator, signal: stop.signal });
    const fourth = loadStateMachine(expression('4')).run({}, { invoke, evaluator });
    await delay(20);
    stop.abort();
    await expect(third).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await fourth).output).toBe(4);
    expect((await Promise.all(loops)).map(({ status }) => status)).toEqual(['FAILED', 'FAILED']);
  });

  it('and endless loops of states do not prevent the cancellation of a machine', async () => {
    const loop = machineOf({
      A: { Type: 'Choice', Choices: [{ Condition: false, Next: 'B' }], Default: 'A' },
      B: { Type: 'Pass', End: true },
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 30);
    await expect(loadStateMachine(loop).run({}, { invoke, signal: stop.signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('receive the variables that they name, even large ones', async () => {
    const big = 'x'.repeat(200_000);
    const machine = machineOf({
      A: { Type: 'Pass', Assign: { big, small: 1 }, Next: 'B' },
      B: { Type: 'Pass', Output: '{% [$small, $exists($big)] %}', End: true },
    });
    expect(await outputOf(machine)).toEqual([1, true]);
    expect(await outputOf(single({ Type: 'Pass', Output: '{% $length($states.input) %}' }), big)).toBe(
      200_000,
    );
  });
});
