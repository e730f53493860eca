import { expression, machineOf, single, task } from '../support/state-machines.ts';
import { BOOM, failed, inner, type MachineCase, succeeded } from './machine-case.ts';

/** Corner cases of the language that generated machines do not cover. */
export const CORNER_MACHINES: readonly MachineCase[] = [
  {
    name: 'Output and Assign of a Choice and of its rules',
    machine: machineOf({
      A: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input > 1 %}', Next: 'B', Assign: { v: 1 }, Output: 'rule' },
          { Condition: false, Next: 'B' },
        ],
        Default: 'C',
        Assign: { v: 2 },
        Output: 'default',
      },
      B: { Type: 'Pass', Output: '{% [$states.input, $v] %}', End: true },
      C: { Type: 'Pass', Output: '{% [$states.input, $v] %}', End: true },
    }),
    input: 0,
    ending: succeeded(['default', 2]),
  },
  {
    name: 'Assign of a Catch, and what it does not see',
    machine: machineOf({
      A: {
        ...task('boom', {}, { Assign: { n: 1 } }),
        Catch: [
          { ErrorEquals: ['States.TaskFailed'], Assign: { e: '{% $states.errorOutput.Error %}' }, Next: 'H' },
        ],
        End: true,
      },
      H: { Type: 'Pass', Output: '{% [$e, $exists($n)] %}', End: true },
    }),
    ending: succeeded(['Boom', false]),
  },
  {
    name: 'variables set at once',
    machine: machineOf({
      A: { Type: 'Pass', Assign: { a: 1, b: 2 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { a: '{% $b %}', b: '{% $a %}' }, Next: 'C' },
      C: { Type: 'Pass', Output: '{% [$a, $b] %}', End: true },
    }),
    ending: succeeded([2, 1]),
  },
  {
    name: 'variables of an outer scope inside branches and items',
    machine: machineOf({
      A: { Type: 'Pass', Assign: { v: 5 }, Next: 'P' },
      P: {
        Type: 'Parallel',
        Branches: [
          inner({ Type: 'Pass', Output: '{% $v %}' }, 'B'),
          {
            StartAt: 'M',
            States: {
              M: {
                Type: 'Map',
                Items: [1, 2],
                ItemProcessor: inner({ Type: 'Pass', Output: '{% $v + $states.input %}' }),
                End: true,
              },
            },
          },
        ],
        End: true,
      },
    }),
    ending: succeeded([5, [6, 7]]),
  },
  {
    name: 'lists of one and of none',
    machine: single({
      Type: 'Pass',
      Output: {
        one: '{% $states.input.one %}',
        none: '{% $states.input.none %}',
        made: '{% [$states.input.one] %}',
        key: "{% {'k': $states.input.missing} %}",
      },
    }),
    input: { one: [1], none: [] },
    ending: succeeded({ one: [1], none: [], made: [1], key: {} }),
  },
  {
    name: 'Fail with expressions',
    machine: machineOf({
      A: { Type: 'Fail', Error: '{% "E" & $string($states.input.n) %}', Cause: '{% "c" %}' },
    }),
    input: { n: 1 },
    ending: failed('E1', 'c'),
  },
  {
    name: 'a Map over nothing',
    machine: single({ Type: 'Map', Items: '{% [] %}', ItemProcessor: inner({ Type: 'Pass' }) }),
    ending: succeeded([]),
  },
  {
    name: 'a Map whose item fails, caught outside',
    machine: machineOf({
      A: {
        Type: 'Map',
        Items: [1],
        ItemProcessor: inner(task('boom')),
        Catch: [{ ErrorEquals: ['Boom'], Output: '{% $states.errorOutput.Error %}', Next: 'H' }],
        End: true,
      },
      H: { Type: 'Pass', End: true },
    }),
    ending: succeeded('Boom'),
  },
  {
    name: 'a function error without a type',
    machine: single(task('unnamed')),
    ending: failed('Lambda.Unknown'),
    peer: {
      ending: failed('Exception'),
      reason: 'Step Functions calls it Lambda.Unknown, as its documentation says.',
    },
  },
  {
    name: 'MaxAttempts 0',
    machine: single(task('boom', {}, { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 0 }] })),
    ending: failed('Boom', BOOM),
  },
  {
    name: 'a Choice that leads nowhere',
    machine: machineOf({
      A: { Type: 'Choice', Choices: [{ Condition: false, Next: 'B' }] },
      B: { Type: 'Succeed' },
    }),
    ending: failed('States.Runtime'),
  },
  {
    name: '$partition, $range and $parse',
    machine: single({
      Type: 'Pass',
      Output: {
        partition: '{% $partition([1, 2, 3], 2) %}',
        range: '{% $range(0, 10, 5) %}',
        down: '{% $range(3, 1, -1) %}',
        parse: `{% $parse('{"a": [1, null]}') %}`,
      },
    }),
    ending: succeeded({
      partition: [[1, 2], [3]],
      range: [0, 5, 10],
      down: [3, 2, 1],
      parse: { a: [1, null] },
    }),
  },
  {
    name: '$uuid',
    machine: expression('$length($uuid())'),
    ending: succeeded(36),
    peer: { ending: succeeded(41), reason: 'moto says in a string that it does not implement $uuid.' },
  },
  {
    name: '$random with a seed',
    machine: expression('$random(3) = $random(3)'),
    ending: succeeded(true),
    peer: { ending: failed('States.Runtime'), reason: 'moto’s $random takes no seed.' },
  },
  {
    name: 'a variable that holds JSON',
    machine: machineOf({
      A: { Type: 'Pass', Assign: { v: '{"a":1}' }, Next: 'B' },
      B: { Type: 'Pass', Output: '{% $parse($v).a %}', End: true },
    }),
    ending: succeeded(1),
  },
  {
    name: 'an error that JSONata throws',
    machine: expression('$uppercase(1)'),
    ending: failed('States.QueryEvaluationError'),
    peer: {
      ending: failed('States.Runtime'),
      reason:
        'Step Functions calls it States.QueryEvaluationError; moto calls what its evaluator throws States.Runtime.',
    },
  },
  {
    name: '$hash',
    machine: expression("$hash('x', 'MD5')"),
    ending: succeeded('9dd4e461268c8034f5c8564e155c67a6'),
    peer: {
      ending: succeeded('Function $hash is currently not supported'),
      reason: 'moto says in a string that it does not implement $hash.',
    },
  },
  {
    name: 'a branch that fails with an error of the language',
    machine: machineOf({
      A: {
        Type: 'Parallel',
        Branches: [inner({ Type: 'Pass', Output: '{% $states.input.missing %}' })],
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Output: 'caught', Next: 'H' }],
        End: true,
      },
      H: { Type: 'Pass', End: true },
    }),
    ending: succeeded('caught'),
    peer: {
      ending: failed('States.Runtime'),
      reason:
        'moto takes the name of a branch’s failure for a custom error, and those must not begin with States.',
    },
  },
];
