import { type Problem, problemOf } from '../../api/http/index.ts';

/** Prefix of the error names that the state machine catches. */
const PREFIX = 'Srag.';

/** Result of a step for errors of the caller, which are not failures of the function. */
export interface RefusedStep {
  readonly problem: Problem;
}

/**
 * Ends a failed step. Errors of the caller are returned as a value that the state machine passes on.
 * Retryable errors and faults of the deployment are thrown, so that Lambda and its alarms count them.
 * @throws the error of {@link stepError} for every status of 500 or more
 */
export function refused(error: unknown, requestId: string): RefusedStep {
  const problem = problemOf(error, requestId);
  if (problem.status >= 500) throw stepError(error, requestId);
  return { problem };
}

/**
 * An error for the state machine. Its name selects the catcher, and its message is the problem response as
 * JSON.
 */
export function stepError(error: unknown, requestId: string): Error {
  const problem = problemOf(error, requestId);
  const step = new Error(JSON.stringify(problem));
  step.name = PREFIX + problem.code;
  // Lambda would send the stack to the state machine, but the problem already contains all information.
  step.stack = `${step.name}`;
  return step;
}
