import { isExpression, isObject } from '../json.ts';
import { FUNCTION_NAME, LAMBDA_INVOKE, TASK_ARGUMENTS } from '../states/lambda.ts';
import type { MapState, RecoverableState, Sequence, State, TaskState } from './definition.ts';
import { invalid, unsupported } from './refusal.ts';

type Path = readonly PropertyKey[];

/** EXPRESS machines answer requests; STANDARD machines may run long and contain a Distributed Map. */
export type MachineType = 'EXPRESS' | 'STANDARD';

/** Error names with the reserved prefix `States.`. */
const STATES_ERRORS: readonly string[] = [
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
];

export const LIST_OBJECTS = 'arn:aws:states:::s3:listObjectsV2';

/**
 * Checks what the schema cannot: rules across the fields of a state, and unimplemented features.
 * @throws INVALID_CONFIG or UNSUPPORTED with the path.
 */
export function checkRules(sequence: Sequence, type: MachineType, path: Path = []): void {
  for (const [name, state] of Object.entries(sequence.States)) {
    const at = [...path, 'States', name];
    checkState(state, type, at);
    if (state.Type === 'Map') checkRules(state.ItemProcessor, type, [...at, 'ItemProcessor']);
  }
}

function checkState(state: State, type: MachineType, path: Path): void {
  if ('Retry' in state) checkRecovery(state, path);
  if (state.Type === 'Task') checkTask(state, path);
  else if (state.Type === 'Map') checkMap(state, type, path);
}

function checkRecovery(state: RecoverableState, path: Path): void {
  for (const list of ['Retry', 'Catch'] as const) {
    for (const [index, { ErrorEquals: names }] of state[list].entries()) {
      const at = [...path, list, index, 'ErrorEquals'];
      if (names.includes('States.ALL') && (names.length > 1 || index < state[list].length - 1)) {
        throw invalid(at, `'States.ALL' must be alone, in the last entry of '${list}'.`);
      }
      const reserved = names.find((name) => name.startsWith('States.') && !STATES_ERRORS.includes(name));
      if (reserved !== undefined) {
        throw invalid(at, `'${reserved}' is not an error of Step Functions (${STATES_ERRORS.join(', ')}).`);
      }
    }
  }
}

function checkTask({ Resource, Arguments }: TaskState, path: Path): void {
  if (Resource !== LAMBDA_INVOKE) {
    throw unsupported(
      [...path, 'Resource'],
      `'${Resource}' is not implemented; supported is ${LAMBDA_INVOKE}.`,
    );
  }
  const at = [...path, 'Arguments'];
  if (isExpression(Arguments)) throw unsupported(at, 'only an object is implemented.');
  if (!isObject(Arguments) || typeof Arguments.FunctionName !== 'string') {
    throw invalid(at, "lambda:invoke needs Arguments with a 'FunctionName'.");
  }
  const odd = Object.keys(Arguments).find((key) => !TASK_ARGUMENTS.includes(key));
  if (odd !== undefined) throw unsupported([...at, odd], `supported are ${TASK_ARGUMENTS.join(', ')}.`);
  const { FunctionName: name } = Arguments;
  if (isExpression(name)) throw unsupported([...at, 'FunctionName'], 'only a literal name is implemented.');
  if (!FUNCTION_NAME.test(name)) {
    throw invalid([...at, 'FunctionName'], `'${name}' is neither a function name nor an ARN.`);
  }
}

function checkMap(state: MapState, type: MachineType, path: Path): void {
  if (type === 'EXPRESS') {
    throw invalid(
      [...path, 'ItemProcessor', 'ProcessorConfig', 'Mode'],
      'an EXPRESS state machine cannot have a DISTRIBUTED Map.',
    );
  }
  if (state.ItemReader.Resource !== LIST_OBJECTS) {
    throw unsupported([...path, 'ItemReader', 'Resource'], `only ${LIST_OBJECTS} is implemented.`);
  }
}
