import { isExpression, isObject } from '../json.ts';
import { parseResource, TASK_ARGUMENTS } from '../states/lambda.ts';
import {
  innerSequences,
  type MapState,
  type RecoverableState,
  type Sequence,
  type State,
  type TaskState,
  type WaitState,
} from './definition.ts';
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
    for (const inner of innerSequences(state)) {
      // Children of a Distributed Map are executions with their own type.
      const config = state.Type === 'Map' ? state.ItemProcessor.ProcessorConfig : undefined;
      const innerType = config?.Mode === 'DISTRIBUTED' ? config.ExecutionType : type;
      checkRules(inner.sequence, innerType, [...at, ...inner.path]);
    }
  }
}

function checkState(state: State, type: MachineType, path: Path): void {
  if ('Retry' in state) checkRecovery(state, path);
  if (state.Type === 'Task') checkTask(state, path);
  else if (state.Type === 'Wait') checkWait(state, path);
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

function checkTask(state: TaskState, path: Path): void {
  const resource = parseResource(state.Resource);
  if (resource === undefined) {
    throw unsupported(
      [...path, 'Resource'],
      `'${state.Resource}' is not implemented; supported are arn:aws:states:::lambda:invoke and ARNs of Lambda functions.`,
    );
  }
  if (resource.kind === 'function' || typeof state.Arguments === 'string') return;
  if (!isObject(state.Arguments) || !('FunctionName' in state.Arguments)) {
    throw invalid([...path, 'Arguments'], "lambda:invoke needs Arguments with a 'FunctionName'.");
  }
  const odd = Object.keys(state.Arguments).find((key) => !TASK_ARGUMENTS.includes(key));
  if (odd !== undefined) {
    throw unsupported([...path, 'Arguments', odd], `supported are ${TASK_ARGUMENTS.join(', ')}.`);
  }
  const how = state.Arguments.InvocationType;
  if (how !== undefined && how !== 'RequestResponse' && !isExpression(how)) {
    throw unsupported([...path, 'Arguments', 'InvocationType'], "only 'RequestResponse' is implemented.");
  }
}

function checkWait(state: WaitState, path: Path): void {
  if ((state.Seconds === undefined) === (state.Timestamp === undefined)) {
    throw invalid(path, "a Wait must have either 'Seconds' or 'Timestamp'.");
  }
}

function checkMap(state: MapState, type: MachineType, path: Path): void {
  const isDistributed = state.ItemProcessor.ProcessorConfig.Mode === 'DISTRIBUTED';
  if (isDistributed && type === 'EXPRESS') {
    throw invalid(
      [...path, 'ItemProcessor', 'ProcessorConfig', 'Mode'],
      'an EXPRESS state machine cannot have a DISTRIBUTED Map.',
    );
  }
  const distributedOnly = [
    'ItemReader',
    'ItemBatcher',
    'ToleratedFailureCount',
    'ToleratedFailurePercentage',
    'Label',
  ] as const;
  const odd = distributedOnly.find((field) => state[field] !== undefined);
  if (!isDistributed && odd !== undefined) {
    throw invalid([...path, odd], 'only a DISTRIBUTED Map may have this field.');
  }
  if (state.ItemReader !== undefined) {
    if (state.Items !== undefined)
      throw invalid([...path, 'Items'], "a Map cannot have both 'Items' and 'ItemReader'.");
    if (state.ItemReader.Resource !== LIST_OBJECTS) {
      throw unsupported([...path, 'ItemReader', 'Resource'], `only ${LIST_OBJECTS} is implemented.`);
    }
  }
  const batcher = state.ItemBatcher;
  if (batcher && batcher.MaxItemsPerBatch === undefined && batcher.MaxInputBytesPerBatch === undefined) {
    throw invalid([...path, 'ItemBatcher'], "needs 'MaxItemsPerBatch' or 'MaxInputBytesPerBatch'.");
  }
}
