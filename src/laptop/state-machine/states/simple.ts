import { untilAborted } from '../clock.ts';
import {
  evaluate,
  evaluateNumber,
  evaluateText,
  type Frame,
  failureIn,
  type Outcome,
  unexpected,
} from '../execution.ts';
import { StateFailure } from '../failure.ts';
import type { ChoiceState, FailState, PassState, SucceedState, WaitState } from '../loading/definition.ts';
import { handOver } from './output.ts';

const MAX_WAIT_SECONDS = 99_999_999;

/** Returns its input, or the value of `Output`. */
export const runPass = (state: PassState, frame: Frame): Promise<Outcome> =>
  handOver(frame, state, frame.input);

/** Ends the sequence with success. */
export const runSucceed = (state: SucceedState, frame: Frame): Promise<Outcome> =>
  handOver(frame, state, frame.input);

/** Ends the sequence with the given failure. */
export async function runFail(state: FailState, frame: Frame): Promise<never> {
  const error = state.Error === undefined ? undefined : await evaluateText(frame, state.Error, 'Error');
  const cause = state.Cause === undefined ? undefined : await evaluateText(frame, state.Cause, 'Cause');
  throw new StateFailure(error, cause);
}

/** Follows the first rule whose condition is true, or else `Default`. */
export async function runChoice(state: ChoiceState, frame: Frame): Promise<Outcome> {
  for (const [index, rule] of state.Choices.entries()) {
    const field = `Choices[${index}]/Condition`;
    const isMet = await evaluate(frame, rule.Condition, field);
    if (typeof isMet !== 'boolean') unexpected(frame, rule.Condition, field, 'boolean', isMet);
    if (isMet) return handOver(frame, rule, frame.input, {}, `Choices[${index}]/`);
  }
  if (state.Default === undefined) {
    const problem = 'Failed to transition out of the state. The state does not point to a next state.';
    throw failureIn(frame, 'States.Runtime', problem);
  }
  return handOver(frame, { ...state, Next: state.Default }, frame.input);
}

/** Waits for `Seconds` or until `Timestamp`; a past time means no wait. */
export async function runWait(state: WaitState, frame: Frame): Promise<Outcome> {
  const { clock } = frame.services;
  const waitMs =
    state.Timestamp === undefined
      ? 1_000 * (await evaluateNumber(frame, state.Seconds!, 'Seconds', { min: 0, max: MAX_WAIT_SECONDS }))
      : (await evaluateTime(frame, state.Timestamp)) - clock.now();
  if (waitMs > 0) await untilAborted(clock.sleep(waitMs, frame.signal), frame.signal);
  return handOver(frame, state, frame.input);
}

/** RFC 3339 with capital T and Z, as Step Functions requires. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

async function evaluateTime(frame: Frame, template: string): Promise<number> {
  const text = await evaluateText(frame, template, 'Timestamp');
  const timeMs = TIMESTAMP.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMs)) unexpected(frame, template, 'Timestamp', 'timestamp', text);
  return timeMs;
}
