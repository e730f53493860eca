import { evaluate, type Frame, type Outcome, type RunStates } from '../execution.ts';
import { StateFailure } from '../failure.ts';
import { failureDetails } from '../history.ts';
import type { Json } from '../json.ts';
import { requirePayloadSize } from '../limits.ts';
import type { ParallelState } from '../loading/definition.ts';
import { Variables } from '../variables.ts';
import { concurrently } from './concurrently.ts';
import { handOver } from './output.ts';
import { recovering } from './recovery.ts';

/** Runs all branches in parallel on the same input; the first failure ends the others. */
export function runParallel(state: ParallelState, frame: Frame, runStates: RunStates): Promise<Outcome> {
  return recovering(state, frame, async (attempt) => {
    const input =
      state.Arguments === undefined ? attempt.input : await evaluate(attempt, state.Arguments, 'Arguments');
    requirePayloadSize(input, `The state '${attempt.name}' has Arguments`);
    const result = await runBranches(state, attempt, input, runStates);
    requirePayloadSize(result, `The state '${attempt.name}' returned a result`);
    return handOver(attempt, state, result, { result });
  });
}

async function runBranches(
  state: ParallelState,
  frame: Frame,
  input: Json,
  runStates: RunStates,
): Promise<Json[]> {
  const { history, name } = frame;
  history.add('ParallelStateStarted', { state: name });
  try {
    const results = await concurrently(
      state.Branches.length,
      state.Branches.length,
      frame.signal,
      async (index, signal) => {
        const variables = new Variables(frame.variables);
        try {
          return await runStates(state.Branches[index]!, input, { ...frame, signal, variables });
        } finally {
          variables.release();
        }
      },
    );
    history.add('ParallelStateSucceeded', { state: name });
    return results;
  } catch (error) {
    if (error instanceof StateFailure) {
      history.add('ParallelStateFailed', { state: name, ...failureDetails(error) });
    }
    throw error;
  }
}
