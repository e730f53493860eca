import { describe, expect, it } from 'vitest';
import type { ErrorCode, SragError } from '../../../../src/core/index.ts';
import { type LoadOptions, loadStateMachine } from '../../../../src/laptop/index.ts';
import { expression, LAMBDA, machineOf, single, task } from '../../../support/state-machines.ts';

const pass = { Type: 'Pass', End: true };
const inner = { StartAt: 'X', States: { X: pass } };
const map = { Type: 'Map', ItemProcessor: inner };
const distributed = {
  Type: 'Map',
  ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }, ...inner },
};
const standard: LoadOptions = { type: 'STANDARD' };
const choices = (...rules: object[]) =>
  machineOf({ A: { Type: 'Choice', Choices: rules, Default: 'B' }, B: pass });
const retry = (retrier: object) => single(task('f', {}, { Retry: [retrier] }));
const caught = (catcher: object) =>
  machineOf({ A: { ...task('f'), Catch: [catcher], End: true }, H: { Type: 'Pass', End: true } });

/** The error of a definition: code, path of the field and message. */
function refusal(definition: unknown, options?: LoadOptions): [ErrorCode, unknown, string] {
  try {
    loadStateMachine(definition, options);
  } catch (error) {
    const { code, fields, message } = error as SragError;
    return [code, fields.path, message];
  }
  throw new Error('It was loaded.');
}

describe('unimplemented features are refused on loading', () => {
  it.each<[string, unknown, LoadOptions?]>([
    ['QueryLanguage', { StartAt: 'A', States: { A: pass } }],
    ['QueryLanguage', machineOf({ A: pass }, { QueryLanguage: 'JSONPath' })],
    ['States.A.QueryLanguage', machineOf({ A: { ...pass, QueryLanguage: 'JSONPath' } })],
    [
      'States.A.ItemProcessor.States.X.QueryLanguage',
      single({
        Type: 'Map',
        ItemProcessor: { StartAt: 'X', States: { X: { ...pass, QueryLanguage: 'JSONPath' } } },
      }),
    ],
    ['States.A.Result', single({ Type: 'Pass', Result: 1 })],
    ['States.A.InputPath', single({ Type: 'Pass', InputPath: '$.x' })],
    ['States.A.Parameters', single({ Type: 'Task', Resource: LAMBDA, Parameters: {} })],
    ['States.A.ResultPath', single({ ...task('f'), ResultPath: '$.x' })],
    ['States.A.HeartbeatSeconds', single({ ...task('f'), HeartbeatSeconds: 1 })],
    ['States.A.Credentials', single({ ...task('f'), Credentials: {} })],
    ['States.A.Resource', single({ ...task('f'), Resource: `${LAMBDA}.waitForTaskToken` })],
    ['States.A.Resource', single({ ...task('f'), Resource: 'arn:aws:states:::dynamodb:getItem' })],
    ['States.A.Resource', single({ ...task('f'), Resource: 'arn:aws:states:::aws-sdk:lambda:invoke' })],
    [
      'States.A.Resource',
      single({ ...task('f'), Resource: 'arn:aws:states:us-east-1:123456789012:activity:x' }),
    ],
    [
      'States.A.Arguments.LogType',
      single({ ...task('f'), Arguments: { FunctionName: 'f', LogType: 'Tail' } }),
    ],
    [
      'States.A.Arguments.InvocationType',
      single({ ...task('f'), Arguments: { FunctionName: 'f', InvocationType: 'Event' } }),
    ],
    ['States.A.Choices[0].Variable', choices({ Variable: '$.x', NumericEquals: 1, Next: 'B' })],
    ['States.A.Iterator', single({ Type: 'Map', Iterator: inner })],
    ['States.A.ItemsPath', single({ ...map, ItemsPath: '$.x' })],
    ['States.A.ResultWriter', single({ ...distributed, ResultWriter: {} }), standard],
    [
      'States.A.ItemReader.ReaderConfig',
      single({ ...distributed, ItemReader: { Resource: 'x', Arguments: {}, ReaderConfig: {} } }),
      standard,
    ],
    [
      'States.A.ItemReader.Resource',
      single({ ...distributed, ItemReader: { Resource: 'arn:aws:states:::s3:getObject', Arguments: {} } }),
      standard,
    ],
    ['States.A.Output', expression('$eval("1")')],
    ['States.A.Output', expression('$states.input.x ?? 1')],
    ['States.A.Output', expression('$states.input.x ?: 1')],
  ])('at %s', (path, definition, options) => {
    expect(refusal(definition, options)).toEqual(['UNSUPPORTED', path, expect.stringContaining(path)]);
  });

  it('except JSONata states in a machine without a query language', () => {
    const machine = { StartAt: 'A', States: { A: { ...pass, QueryLanguage: 'JSONata' } } };
    expect(loadStateMachine(machine).type).toBe('EXPRESS');
  });
});

describe('invalid definitions are refused on loading', () => {
  const long = 'x'.repeat(81);
  it.each<[string, string, unknown, LoadOptions?]>([
    ['(the definition)', 'it is 3', 3],
    ['(the definition)', 'expected object', null],
    ['(the definition)', 'expected object', []],
    ['States', 'missing', { QueryLanguage: 'JSONata', StartAt: 'A' }],
    ['QueryLanguage', 'it is "SQL"', machineOf({ A: pass }, { QueryLanguage: 'SQL' })],
    ['StartAt', "no state 'B'", machineOf({ A: pass }, { StartAt: 'B' })],
    ['TimeoutSeconds', 'it is 0', machineOf({ A: pass }, { TimeoutSeconds: 0 })],
    ['TimeoutSecond', 'no field', machineOf({ A: pass }, { TimeoutSecond: 1 })],
    ['States.A.Type', 'must have a Type', machineOf({ A: { End: true } })],
    ['States.A.Type', 'must have a Type', machineOf({ A: { Type: 'Sleep', End: true } })],
    ['States.A.Outputs', 'no field', single({ Type: 'Pass', Outputs: 1 })],
    ['States.A', "either 'Next' or 'End'", machineOf({ A: { Type: 'Pass' } })],
    ['States.A', "either 'Next' or 'End'", machineOf({ A: { ...pass, Next: 'B' }, B: pass })],
    ['States.A.End', 'expected true', machineOf({ A: { Type: 'Pass', End: false } })],
    ['States.A.Next', "no state 'Z' (states: A)", machineOf({ A: { Type: 'Pass', Next: 'Z' } })],
    ['States.A.Catch[0].Next', "no state 'Z'", caught({ ErrorEquals: ['States.ALL'], Next: 'Z' })],
    ['States.A.Choices[0].Next', "no state 'Z'", choices({ Condition: true, Next: 'Z' })],
    ['States.B', 'no transition leads', machineOf({ A: pass, B: pass })],
    ['States', 'no state ends', machineOf({ A: { Type: 'Pass', Next: 'A' } })],
    [
      'States.A.ItemProcessor.States.A',
      'same name',
      single({ Type: 'Map', ItemProcessor: { StartAt: 'A', States: { A: pass } } }),
    ],
    [`States.${long}`, '80 characters', machineOf({ [long]: pass, A: pass })],
    ['States.A.Assign.states', 'reserved', single({ Type: 'Pass', Assign: { states: 1 } })],
    ['States.A.Assign.a b', 'letters', single({ Type: 'Pass', Assign: { 'a b': 1 } })],
    [
      'States.M.ItemProcessor.States.X.Assign.v',
      'outside this sequence',
      machineOf({
        A: { Type: 'Pass', Assign: { v: 1 }, Next: 'M' },
        M: {
          ...map,
          ItemProcessor: { StartAt: 'X', States: { X: { ...pass, Assign: { v: 1 } } } },
          End: true,
        },
      }),
    ],
    ['States.A.Assign', 'no field', machineOf({ A: { Type: 'Fail', Assign: {} } })],
    ['States.A', "either 'Seconds' or 'Timestamp'", single({ Type: 'Wait' })],
    [
      'States.A',
      "either 'Seconds' or 'Timestamp'",
      single({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z' }),
    ],
    ['States.A.Seconds', 'whole number from 0', single({ Type: 'Wait', Seconds: -1 })],
    ['States.A.Seconds', 'whole number from 0', single({ Type: 'Wait', Seconds: '5' })],
    ['States.A.Timestamp', 'ISO 8601', single({ Type: 'Wait', Timestamp: 'noon' })],
    ['States.A.TimeoutSeconds', 'whole number from 1', single(task('f', {}, { TimeoutSeconds: 0 }))],
    ['States.A.Choices', 'it is []', choices()],
    ['States.A.Choices[0].Condition', 'it is "yes"', choices({ Condition: 'yes', Next: 'B' })],
    ['States.A.Arguments', 'FunctionName', single({ Type: 'Task', Resource: LAMBDA })],
    ['States.A.Arguments', 'FunctionName', single({ ...task('f'), Arguments: { Payload: 1 } })],
    ['States.A.Retry[0].ErrorEquals', 'it is []', retry({ ErrorEquals: [] })],
    ['States.A.Retry[0].ErrorEquals', 'must be alone', retry({ ErrorEquals: ['States.ALL', 'X'] })],
    [
      'States.A.Retry[0].ErrorEquals',
      'in the last entry',
      single(task('f', {}, { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] })),
    ],
    [
      'States.A.Retry[0].ErrorEquals',
      "'States.Timeuot' is not an error",
      retry({ ErrorEquals: ['States.Timeuot'] }),
    ],
    ['States.A.Retry[0].IntervalSeconds', 'it is 0', retry({ ErrorEquals: ['X'], IntervalSeconds: 0 })],
    ['States.A.Retry[0].MaxAttempts', 'it is -1', retry({ ErrorEquals: ['X'], MaxAttempts: -1 })],
    ['States.A.Retry[0].BackoffRate', 'it is 0.5', retry({ ErrorEquals: ['X'], BackoffRate: 0.5 })],
    [
      'States.A.Retry[0].JitterStrategy',
      'it is "HALF"',
      retry({ ErrorEquals: ['X'], JitterStrategy: 'HALF' }),
    ],
    ['States.A.Catch[0].ResultPath', 'JSONPath', caught({ ErrorEquals: ['X'], Next: 'H', ResultPath: '$' })],
    ['States.A.Branches', 'it is []', single({ Type: 'Parallel', Branches: [] })],
    [
      'States.A.Branches[0].StartAt',
      "no state 'Y'",
      single({ Type: 'Parallel', Branches: [{ ...inner, StartAt: 'Y' }] }),
    ],
    ['States.A.Items', 'must be an array', single({ ...map, Items: { a: 1 } })],
    ['States.A.ItemProcessor.ProcessorConfig.Mode', 'EXPRESS', single(distributed)],
    ['States.A.ToleratedFailureCount', 'DISTRIBUTED', single({ ...map, ToleratedFailureCount: 1 })],
    [
      'States.A.ToleratedFailurePercentage',
      'it is 101',
      single({ ...distributed, ToleratedFailurePercentage: 101 }),
      standard,
    ],
    ['States.A.ItemBatcher', 'MaxItemsPerBatch', single({ ...distributed, ItemBatcher: {} }), standard],
    ['States.A.Output', 'is not JSONata', expression('1 +')],
    ['States.A.Output', 'is not JSONata', expression('')],
    [
      'States.A.Output/a[1]/b',
      'is not JSONata',
      single({ Type: 'Pass', Output: { a: [1, { b: '{% ( %}' }] } }),
    ],
    ['States.A.Output', 'begin with {% and end with %}', single({ Type: 'Pass', Output: '{% 1' })],
    ['States.A.Output', 'begin with {% and end with %}', single({ Type: 'Pass', Output: ' {% 1 %}' })],
    [
      'States.A.Catch[0]/Output',
      'is not JSONata',
      caught({ ErrorEquals: ['X'], Next: 'H', Output: '{% ) %}' }),
    ],
    ['States.A.Output', 'no context', expression('$')],
    ['States.A.Output', 'no context', expression('$$.x')],
    ['States.A.Output', 'no context', expression('x + 1')],
    ['States.A.Output', 'no context', expression('$sum([x])')],
    ['States.A.Output', 'no context', expression('{"a": *}')],
  ])('at %s: %s', (path, problem, definition, options) => {
    const [code, at, message] = refusal(definition, options);
    expect([code === 'UNSUPPORTED' && problem !== 'JSONPath' ? code : 'ok', at]).toEqual(['ok', path]);
    expect(message).toContain(problem);
  });

  it('except $ and field names inside paths', () => {
    const source = '$states.input.l[$ > 1 and x = 2].(y & $string($)) ~> $map(function($v) { $v })';
    expect(loadStateMachine(expression(source)).type).toBe('EXPRESS');
  });

  it('including text that is not JSON, too long or too deeply nested', () => {
    expect(refusal('{')[0]).toBe('INVALID_CONFIG');
    expect(refusal(undefined)[0]).toBe('INVALID_CONFIG');
    expect(refusal(single({ Type: 'Pass', Output: 'x'.repeat(1_048_576) }))[2]).toContain('at most 1 MiB');
    const deep = `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","End":true,"Output":${'['.repeat(200_000)}${']'.repeat(200_000)}}}}`;
    expect(refusal(deep)[2]).toContain('nested');
  });

  it.each(['Output', 'Assign'])('including a field named __proto__ in %s', (field) => {
    const text = JSON.stringify(single({ Type: 'Pass', [field]: { x: 1 } })).replace('"x"', '"__proto__"');
    expect(refusal(text).slice(0, 2)).toEqual(['INVALID_CONFIG', `States.A.${field}.__proto__`]);
  });

  it('in the same way if given as text', () => {
    expect(loadStateMachine(JSON.stringify(single({ Type: 'Pass' }))).type).toBe('EXPRESS');
  });
});

describe('substitutions', () => {
  const placeholder = (name: string) => `$\{${name}}`;
  const definition = single(
    task(placeholder('Name'), { text: `a ${placeholder('Name')} b` }, { Comment: placeholder('Other') }),
  );

  it('require a value for every placeholder and a placeholder for every value', () => {
    expect(refusal(definition, { substitutions: { Name: 'f' } })).toEqual([
      'INVALID_CONFIG',
      'States.A.Comment',
      expect.stringContaining(`${placeholder('Other')} has no value (substitutions given: Name)`),
    ]);
    const [code, , message] = refusal(definition, { substitutions: { Name: 'f', Other: 'x', Third: 'y' } });
    expect([code, message]).toEqual(['INVALID_CONFIG', expect.stringContaining("'Third'")]);
  });

  it('replace placeholders everywhere, but not within replacements', () => {
    const substitutions = { Name: 'f', Other: placeholder('Name') };
    expect(loadStateMachine(definition, { substitutions }).type).toBe('EXPRESS');
  });
});
