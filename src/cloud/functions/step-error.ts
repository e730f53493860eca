import { type Problem, problemOf } from '../../api/http/index.ts';

/** Names of errors that the state machine catches begin so. */
const PREFIX = 'Srag.';

/** What a step gives instead of its result where the caller is to mend it: no failure of the function. */
export interface RefusedStep {
  readonly problem: Problem;
}

/**
 * How a step ends that failed: a caller's mistake is a value, which the state machine passes on; what may be tried again
 * and what is the deployment's own fault is thrown, and so counted by Lambda and its alarms.
 * @throws stepError for every problem that is not 4xx
 */
export function refused(error: unknown, requestId: string): RefusedStep {
  const problem = problemOf(error, requestId);
  if (problem.status >= 500) throw stepError(error, requestId);
  return { problem };
}

/** An error as a state machine sees it: its name decides what is caught, its message is the problem as JSON. */
export function stepError(error: unknown, requestId: string): Error {
  const problem = problemOf(error, requestId);
  const step = new Error(JSON.stringify(problem));
  step.name = PREFIX + problem.code;
  // Its stack would be sent to the state machine, and the problem says it all.
  step.stack = `${step.name}`;
  return step;
}
