import { untilAborted, within } from '../clock.ts';
import { evaluate, evaluateNumber, type Frame, type Outcome } from '../execution.ts';
import { StateFailure } from '../failure.ts';
import { failureDetails } from '../history.ts';
import type { Json, JsonObject } from '../json.ts';
import { requirePayloadSize } from '../limits.ts';
import type { TaskState } from '../loading/definition.ts';
import { functionNameOf, invokeFunction } from './lambda.ts';
import { handOver } from './output.ts';
import { recovering } from './recovery.ts';

const MAX_TIMEOUT_SECONDS = 99_999_999;

/** Invokes a function with the state's timeout and retries. */
export function runTask(state: TaskState, frame: Frame): Promise<Outcome> {
  return recovering(state, frame, async (attempt) => {
    const result = await call(state, attempt);
    return handOver(attempt, state, result, { result });
  });
}

async function call(state: TaskState, frame: Frame): Promise<Json> {
  const { history, signal, services } = frame;
  // A checked definition has an object here.
  const parameters = (await evaluate(frame, state.Arguments!, 'Arguments')) as JsonObject;
  requirePayloadSize(parameters, `The state '${frame.name}' has Arguments`);
  const limits = { min: 1, max: MAX_TIMEOUT_SECONDS };
  const seconds =
    state.TimeoutSeconds === undefined
      ? undefined
      : await evaluateNumber(frame, state.TimeoutSeconds, 'TimeoutSeconds', limits);
  const timeoutMs = seconds === undefined ? undefined : seconds * 1_000;
  history.add('TaskScheduled', { state: frame.name });
  history.add('TaskStarted', { state: frame.name });
  const work = (until: AbortSignal) => perform(frame, parameters, timeoutMs, until);
  try {
    const result =
      timeoutMs === undefined
        ? await untilAborted(work(signal), signal)
        : await within(services.clock, timeoutMs, signal, new StateFailure('States.Timeout'), work);
    requirePayloadSize(result, `The state/task '${state.Resource}' returned a result`);
    history.add('TaskSucceeded', { state: frame.name });
    return result;
  } catch (error) {
    if (error instanceof StateFailure && !signal.aborted) {
      const type = error.error === 'States.Timeout' ? 'TaskTimedOut' : 'TaskFailed';
      history.add(type, { state: frame.name, ...failureDetails(error) });
    }
    throw error;
  }
}

async function perform(
  frame: Frame,
  parameters: JsonObject,
  timeoutMs: number | undefined,
  signal: AbortSignal,
): Promise<Json> {
  const { Payload: payload = {} } = parameters;
  const answer = await invokeFunction(frame, functionNameOf(parameters), payload, timeoutMs, signal);
  return { ExecutedVersion: '$LATEST', Payload: answer, StatusCode: 200 };
}
