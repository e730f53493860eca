import { describe, expect, it } from 'vitest';
import type { ErrorCode, SragError } from '../../../../src/core/index.ts';
import { type LoadOptions, loadStateMachine } from '../../../../src/laptop/index.ts';
import { expression, LAMBDA, machineOf, single, task } from '../../../support/state-machines.ts';

const pass = { Type: 'Pass', End: true };
const inner = { StartAt: 'X', States: { X: pass } };
const config = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
const map = {
  Type: 'Map',
  ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Arguments: {} },
  ItemProcessor: { ProcessorConfig: config, ...inner },
};
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const standard: LoadOptions = { type: 'STANDARD' };
const choices = (...rules: object[]) =>
  machineOf({ A: { Type: 'Choice', Choices: rules, Default: 'B' }, B: pass });
const retry = (retrier: object) => single(task('f', {}, { Retry: [retrier] }));
const caught = (catcher: object) =>
  machineOf({ A: { ...task('f'), Catch: [catcher], End: true }, H: { Type: 'Pass', End: true } });

/** The error of loading a definition: its code, the path of the field, and the message. */
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
    ['States.A.QueryLanguage', machineOf({ A: { ...pass, QueryLanguage: 'JSONata' } })],
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
    ['States.A.Resource', single({ Type: 'Task', Resource: FUNCTION_ARN })],
    ['States.A.Arguments', single({ ...task('f'), Arguments: '{% {"FunctionName": "f"} %}' })],
    ['States.A.Arguments.FunctionName', single(task('{% "f" %}'))],
    [
      'States.A.Arguments.LogType',
      single({ ...task('f'), Arguments: { FunctionName: 'f', LogType: 'Tail' } }),
    ],
    [
      'States.A.Arguments.InvocationType',
      single({ ...task('f'), Arguments: { FunctionName: 'f', InvocationType: 'RequestResponse' } }),
    ],
    ['States.A.Choices[0].Variable', choices({ Variable: '$.x', NumericEquals: 1, Next: 'B' })],
    ['States.A.Iterator', single({ Type: 'Map', Iterator: inner })],
    ['States.A.ItemsPath', single({ ...map, ItemsPath: '$.x' }), standard],
    ['States.A.Items', single({ ...map, Items: [1] }), standard],
    ['States.A.ResultWriter', single({ ...map, ResultWriter: {} }), standard],
    ['States.A.ToleratedFailureCount', single({ ...map, ToleratedFailureCount: 1 }), standard],
    [
      'States.A.ItemBatcher.MaxInputBytesPerBatch',
      single({ ...map, ItemBatcher: { MaxInputBytesPerBatch: 9 } }),
      standard,
    ],
    [
      'States.A.ItemReader.ReaderConfig',
      single({ ...map, ItemReader: { Resource: 'x', Arguments: {}, ReaderConfig: {} } }),
      standard,
    ],
    [
      'States.A.ItemReader.Resource',
      single({ ...map, ItemReader: { Resource: 'arn:aws:states:::s3:getObject', Arguments: {} } }),
      standard,
    ],
    ['States.A.Output', expression('$eval("1")')],
    ['States.A.Output', expression('$states.input.x ?? 1')],
    ['States.A.Output', expression('$states.input.x ?: 1')],
    ['States.A.Output', expression('$partition([1, 2], 2)')],
    ['States.A.Output', expression('$range(1, 3, 1)')],
    ['States.A.Output', expression('$hash("x", "MD5")')],
    ['States.A.Output', expression('$uuid()')],
  ])('with an error that names the path %s', (path, definition, options) => {
    expect(refusal(definition, options)).toEqual(['UNSUPPORTED', path, expect.stringContaining(path)]);
  });

  it.each<[string, object]>([
    ['States.A.Type', single({ Type: 'Parallel', Branches: [inner] })],
    ['States.A.Type', single({ Type: 'Wait', Seconds: 1 })],
    ['States.A.Type', machineOf({ A: { Type: 'Succeed' } })],
    ['States.A.Type', machineOf({ A: { Type: 'Fail', Error: 'E' } })],
    [
      'States.A.ItemProcessor.States.X.Type',
      single({ ...map, ItemProcessor: { ...map.ItemProcessor, States: { X: { Type: 'Succeed' } } } }),
    ],
    ['States.A.ItemReader', single({ ...map, ItemReader: undefined })],
    ['States.A.ItemProcessor.ProcessorConfig', single({ ...map, ItemProcessor: inner })],
    [
      'States.A.ItemProcessor.ProcessorConfig.Mode',
      single({ ...map, ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...inner } }),
    ],
    [
      'States.A.ItemProcessor.ProcessorConfig.ExecutionType',
      single({
        ...map,
        ItemProcessor: { ProcessorConfig: { ...config, ExecutionType: 'EXPRESS' }, ...inner },
      }),
    ],
  ])('at %s, with an error that lists the supported states', (path, definition) => {
    const [code, at, message] = refusal(definition, standard);
    expect([code, at]).toEqual(['UNSUPPORTED', path]);
    expect(message).toContain(
      'The laptop runs the deployed definitions, which use only Task, Pass, Choice, and Map over an ItemReader with Mode DISTRIBUTED and ExecutionType STANDARD.',
    );
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
      single({ ...map, ItemProcessor: { ProcessorConfig: config, StartAt: 'A', States: { A: pass } } }),
      standard,
    ],
    [`States.${long}`, '80 characters', machineOf({ [long]: pass, A: pass })],
    ['States.A.Assign.states', 'reserved', single({ Type: 'Pass', Assign: { states: 1 } })],
    ['States.A.Assign.a b', 'letters', single({ Type: 'Pass', Assign: { 'a b': 1 } })],
    ['States.A.TimeoutSeconds', 'whole number from 1', single(task('f', {}, { TimeoutSeconds: 0 }))],
    ['States.A.Choices', 'it is []', choices()],
    ['States.A.Choices[0].Condition', 'it is "yes"', choices({ Condition: 'yes', Next: 'B' })],
    ['States.A.Arguments', 'FunctionName', single({ Type: 'Task', Resource: LAMBDA })],
    ['States.A.Arguments', 'FunctionName', single({ ...task('f'), Arguments: { Payload: 1 } })],
    ['States.A.Arguments.FunctionName', 'neither a function name nor an ARN', single(task('no name'))],
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
    ['States.A.ItemProcessor.ProcessorConfig.Mode', 'EXPRESS', single(map)],
    [
      'States.A.ItemProcessor.ProcessorConfig.Mode',
      'it is "SIDEWAYS"',
      single({ ...map, ItemProcessor: { ProcessorConfig: { ...config, Mode: 'SIDEWAYS' }, ...inner } }),
      standard,
    ],
    [
      'States.A.ToleratedFailurePercentage',
      'it is 101',
      single({ ...map, ToleratedFailurePercentage: 101 }),
      standard,
    ],
    ['States.A.ItemBatcher.MaxItemsPerBatch', 'it is missing', single({ ...map, ItemBatcher: {} }), standard],
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
  ])('with an error that names the path %s and the problem: %s', (path, problem, definition, options) => {
    const [code, at, message] = refusal(definition, options);
    expect([code === 'UNSUPPORTED' && problem !== 'JSONPath' ? code : 'ok', at]).toEqual(['ok', path]);
    expect(message).toContain(problem);
  });

  it('but $ and field names inside paths are accepted', () => {
    const source = '$states.input.l[$ > 1 and x = 2].(y & $string($)) ~> $map(function($v) { $v })';
    expect(loadStateMachine(expression(source)).type).toBe('EXPRESS');
  });

  it('including text that is not JSON, is too long or is nested too deeply', () => {
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

  it('but valid definitions are accepted as text, too', () => {
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

  it('replace placeholders everywhere except in the inserted values', () => {
    const substitutions = { Name: 'f', Other: placeholder('Name') };
    expect(loadStateMachine(definition, { substitutions }).type).toBe('EXPRESS');
  });
});
