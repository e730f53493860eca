import { expression, machineOf, single, task } from '../support/state-machines.ts';
import { BOOM, failed, type MachineCase, succeeded } from './machine-case.ts';

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
      B: { Type: 'Pass', End: true },
    }),
    ending: failed('States.Runtime'),
  },
  {
    name: '$parse',
    machine: expression(`$parse('{"a": [1, null]}')`),
    ending: succeeded({ a: [1, null] }),
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
];
