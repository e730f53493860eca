import { problemOf } from '../http/index.ts';

/** Names of errors that the state machine catches begin so. */
const PREFIX = 'Srag.';

/** An error as a state machine sees it: its name decides what is caught, its message is the problem as JSON. */
export function stepError(error: unknown, requestId: string): Error {
  const problem = problemOf(error, requestId);
  const step = new Error(JSON.stringify(problem));
  step.name = PREFIX + problem.code;
  // Its stack would be sent to the state machine, and the problem says it all.
  step.stack = `${step.name}`;
  return step;
}
