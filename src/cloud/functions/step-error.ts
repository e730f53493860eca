import { type Problem, problemOf } from '../../api/http/index.ts';

/** Prefix of the error names that the state machine catches. */
const PREFIX = 'Srag.';

/** Result of a step for errors of the caller, which are not failures of the function. */
export interface RefusedStep {
  readonly problem: Problem;
}

/**
 * Ends a failed step: a caller's error is returned as a value that the state machine passes on; retryable
 * errors and faults of the deployment are thrown, so that Lambda and its alarms count them.
 * @throws stepError for every problem that is not 4xx
 */
export function refused(error: unknown, requestId: string): RefusedStep {
  const problem = problemOf(error, requestId);
  if (problem.status >= 500) throw stepError(error, requestId);
  return { problem };
}

/** An error for the state machine: its name selects the catcher, its message is the problem as JSON. */
export function stepError(error: unknown, requestId: string): Error {
  const problem = problemOf(error, requestId);
  const step = new Error(JSON.stringify(problem));
  step.name = PREFIX + problem.code;
  // A stack would be sent to the state machine, and the problem has all the information.
  step.stack = `${step.name}`;
  return step;
}
