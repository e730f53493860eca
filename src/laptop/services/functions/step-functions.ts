import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type JsonService, operation } from '../json/operation.ts';
import { wireError } from '../wire-error.ts';
import type { Execution, Executions } from './executions.ts';
import type { StartSyncExecution, SyncExecutionRequest } from './handlers.ts';

const VALIDATION = 'ValidationException';
/** Maximum size of an execution's input. */
const MAX_INPUT_BYTES = 256 * 1_024;

const seconds = (ms: number): number => ms / 1_000;

const ARN = z.string().min(1).max(256);
const START = z.strictObject({ stateMachineArn: ARN, input: z.string().optional() });
const START_SYNC = START.extend({ traceHeader: z.string().max(256).optional() });
const DESCRIBE = z.strictObject({ executionArn: ARN });

/** Step Functions: runs an Express state machine synchronously, and Standard ones in the background. */
export const stepFunctionsService = (
  start: StartSyncExecution | undefined,
  executions: Executions,
): JsonService => ({
  target: 'AWSStepFunctions',
  contentType: 'application/x-amz-json-1.0',
  errorNamespace: 'com.amazonaws.swf.service.v2.model',
  validationError: VALIDATION,
  maxBodyBytes: 2 * 1_024 ** 2,
  operations: {
    StartSyncExecution: operation(VALIDATION, START_SYNC, async (input, { signal }) => {
      const { stateMachineArn, input: text = '{}', traceHeader } = input;
      checkInput(text);
      if (executions.has(stateMachineArn)) {
        const message = 'This operation is not supported by this type of state machine';
        throw wireError('StateMachineTypeNotSupported', 400, message);
      }
      return runToEnd(start, { stateMachineArn, name: randomUUID(), input: text, traceHeader, signal });
    }),

    StartExecution: operation(VALIDATION, START, ({ stateMachineArn, input = '{}' }) => {
      checkInput(input);
      const { executionArn, startedMs } = executions.start(stateMachineArn, input);
      return { executionArn, startDate: seconds(startedMs) };
    }),

    DescribeExecution: operation(VALIDATION, DESCRIBE, ({ executionArn }) =>
      described(executions.get(executionArn)),
    ),
  },
});

/** Runs a synchronous execution. @throws StateMachineDoesNotExist */
async function runToEnd(
  start: StartSyncExecution | undefined,
  request: SyncExecutionRequest,
): Promise<object> {
  const { stateMachineArn, name, input, traceHeader } = request;
  const startedMs = Date.now();
  const result = await start?.(request);
  if (result === undefined) {
    throw wireError('StateMachineDoesNotExist', 400, `State Machine Does Not Exist: '${stateMachineArn}'`);
  }
  const endedMs = Date.now();
  return {
    executionArn: `${stateMachineArn.replace(':stateMachine:', ':express:')}:${name}:${randomUUID()}`,
    stateMachineArn,
    name,
    startDate: seconds(startedMs),
    stopDate: seconds(endedMs),
    input,
    inputDetails: { included: true },
    traceHeader,
    billingDetails: {
      // Duration rounded up to 100 ms, as an Express workflow is billed.
      billedDurationInMilliseconds: Math.max(100, Math.ceil((endedMs - startedMs) / 100) * 100),
      billedMemoryUsedInMB: 64,
    },
    ...(result.status === 'SUCCEEDED'
      ? { status: result.status, output: result.output, outputDetails: { included: true } }
      : { status: result.status, error: result.error, cause: result.cause }),
  };
}

function described({ startedMs, end, ...execution }: Execution): object {
  const common = { ...execution, startDate: seconds(startedMs), inputDetails: { included: true } };
  if (end === undefined) return { ...common, status: 'RUNNING' };
  const { stoppedMs, result } = end;
  const ended = { ...common, ...result, stopDate: seconds(stoppedMs) };
  return result.status === 'SUCCEEDED' ? { ...ended, outputDetails: { included: true } } : ended;
}

/** @throws InvalidExecutionInput, ValidationException */
function checkInput(input: string): void {
  if (Buffer.byteLength(input) > MAX_INPUT_BYTES) {
    throw wireError(
      VALIDATION,
      400,
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${MAX_INPUT_BYTES}`,
    );
  }
  try {
    JSON.parse(input);
  } catch (error) {
    throw wireError(
      'InvalidExecutionInput',
      400,
      `Invalid State Machine Execution Input: '${String(error)}'`,
    );
  }
}
