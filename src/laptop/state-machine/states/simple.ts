import { evaluate, type Frame, failureIn, type Outcome, unexpected } from '../execution.ts';
import type { ChoiceState, PassState } from '../loading/definition.ts';
import { handOver } from './output.ts';

/** Returns its input, or the value of `Output`. */
export const runPass = (state: PassState, frame: Frame): Promise<Outcome> =>
  handOver(frame, state, frame.input);

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
