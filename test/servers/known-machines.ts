import { LAMBDA, machineOf, single, task } from '../support/state-machines.ts';
import { BOOM, failed, type MachineCase, succeeded } from './machine-case.ts';

const arn = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const path = (states: object): object => ({ StartAt: 'A', States: states });
const one = (state: object): object => path({ A: { ...state, End: true } });
const pathTask = (name: string, more: object = {}): object => ({
  Type: 'Task',
  Resource: LAMBDA,
  Parameters: { FunctionName: arn(name), 'Payload.$': '$' },
  ...more,
});
const retry = [{ ErrorEquals: ['Flaky'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 1 }];

/**
 * Machines that the peer is known to run; those written in JSONPath are translated to JSONata for srag's
 * interpreter.
 */
export const KNOWN_MACHINES: readonly MachineCase[] = [
  {
    name: 'a Pass that formats',
    jsonPath: one({
      Type: 'Pass',
      Parameters: { 'x.$': '$.a', k: 1, 'f.$': "States.Format('hi {}', $.a)" },
      ResultPath: '$.r',
    }),
    machine: single({
      Type: 'Pass',
      Output:
        "{% $merge([$states.input, {'r': {'x': $states.input.a, 'k': 1, 'f': 'hi ' & $states.input.a}}]) %}",
    }),
    input: { a: 'b' },
    ending: succeeded({ a: 'b', r: { x: 'b', k: 1, f: 'hi b' } }),
  },
  {
    name: 'a Choice',
    jsonPath: path({
      A: {
        Type: 'Choice',
        Choices: [
          {
            And: [
              { Variable: '$.n', NumericGreaterThan: 5 },
              { Variable: '$.s', IsPresent: true },
            ],
            Next: 'Big',
          },
        ],
        Default: 'Small',
      },
      Big: { Type: 'Pass', Result: 'big', End: true },
      Small: { Type: 'Pass', Result: 'small', End: true },
    }),
    machine: machineOf({
      A: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.n > 5 and $exists($states.input.s) %}', Next: 'Big' }],
        Default: 'Small',
      },
      Big: { Type: 'Pass', Output: 'big', End: true },
      Small: { Type: 'Pass', Output: 'small', End: true },
    }),
    input: { n: 9, s: 1 },
    ending: succeeded('big'),
  },
  {
    name: 'functions of the language',
    jsonPath: one({
      Type: 'Pass',
      Parameters: {
        'm.$': 'States.MathAdd(1, 2)',
        'j.$': `States.StringToJson('{"q":1}')`,
        'len.$': 'States.ArrayLength($.l)',
        'e.$': "States.Base64Encode('abc')",
      },
    }),
    machine: single({
      Type: 'Pass',
      Output: {
        m: '{% 1 + 2 %}',
        j: `{% $parse('{"q":1}') %}`,
        len: '{% $count($states.input.l) %}',
        e: "{% $base64encode('abc') %}",
      },
    }),
    input: { l: [1, 2, 3] },
    ending: succeeded({ m: 3, j: { q: 1 }, len: 3, e: 'YWJj' }),
  },
  {
    name: 'a task',
    jsonPath: one(pathTask('double', { ResultSelector: { 'y.$': '$.Payload.y' } })),
    machine: single(
      task(arn('double'), '{% $states.input %}', { Output: { y: '{% $states.result.Payload.y %}' } }),
    ),
    input: { x: 4 },
    ending: succeeded({ y: 8 }),
  },
  {
    name: 'a task that succeeds at the third attempt',
    jsonPath: one(pathTask('flaky', { Retry: retry, ResultSelector: { 'n.$': '$.Payload.n' } })),
    machine: single(
      task(
        arn('flaky'),
        { id: '{% $states.input.id & $states.context.Execution.Name %}' },
        { Retry: retry, Output: { n: '{% $states.result.Payload.n %}' } },
      ),
    ),
    input: { id: 'one' },
    ending: succeeded({ n: 3 }),
  },
  {
    name: 'a caught error',
    jsonPath: path({
      A: {
        ...pathTask('boom'),
        Catch: [{ ErrorEquals: ['Boom'], ResultPath: '$.err', Next: 'H' }],
        End: true,
      },
      H: { Type: 'Pass', Parameters: { 'e.$': '$.err.Error' }, End: true },
    }),
    machine: machineOf({
      A: { ...task('boom'), Catch: [{ ErrorEquals: ['Boom'], Next: 'H' }], End: true },
      H: { Type: 'Pass', Output: { e: '{% $states.input.Error %}' }, End: true },
    }),
    input: { a: 1 },
    ending: succeeded({ e: 'Boom' }),
  },
  {
    name: 'an error that nothing catches',
    jsonPath: one(pathTask('boom')),
    machine: single(task('boom')),
    ending: failed('Boom', BOOM),
  },
  {
    name: 'a value that is not there',
    jsonPath: one({ Type: 'Pass', Parameters: { 'x.$': '$.nope' } }),
    machine: single({ Type: 'Pass', Output: { x: '{% $states.input.nope %}' } }),
    // JSONPath and JSONata name this error differently.
    ending: failed('States.QueryEvaluationError'),
  },
  {
    name: 'a task that takes too long',
    jsonPath: one(pathTask('slow', { TimeoutSeconds: 1 })),
    machine: single(task('slow', {}, { TimeoutSeconds: 1 })),
    ending: failed('States.Timeout'),
  },
  {
    name: 'a Pass in JSONata',
    machine: single({
      Type: 'Pass',
      Output: { s: '{% $sum($states.input.l) %}', u: '{% $uppercase("ab") %}' },
    }),
    input: { l: [1, 2, 3] },
    ending: succeeded({ s: 6, u: 'AB' }),
  },
  {
    name: 'a variable and a Choice',
    machine: machineOf({
      A: { Type: 'Pass', Assign: { t: '{% $states.input.n * 2 %}' }, Next: 'C' },
      C: { Type: 'Choice', Choices: [{ Condition: '{% $t > 5 %}', Next: 'Y' }], Default: 'N' },
      Y: { Type: 'Pass', Output: '{% "yes " & $string($t) %}', End: true },
      N: { Type: 'Pass', Output: 'no', End: true },
    }),
    input: { n: 4 },
    ending: succeeded('yes 8'),
  },
  {
    name: 'a Catch with an Output',
    machine: machineOf({
      A: {
        ...task('boom'),
        Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'H' }],
        End: true,
      },
      H: { Type: 'Pass', End: true },
    }),
    ending: succeeded('Boom'),
  },
  {
    name: 'a variable that a later state reads',
    jsonPath: path({
      A: { Type: 'Pass', Assign: { 'v.$': '$.a' }, Next: 'B' },
      B: { Type: 'Pass', Parameters: { 'got.$': '$v' }, End: true },
    }),
    machine: machineOf({
      A: { Type: 'Pass', Assign: { v: '{% $states.input.a %}' }, Next: 'B' },
      B: { Type: 'Pass', Output: { got: '{% $v %}' }, End: true },
    }),
    input: { a: 7 },
    ending: succeeded({ got: 7 }),
  },
];
