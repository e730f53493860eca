import { HttpProblem } from './problem.ts';

/** @throws HttpProblem NOT_ACCEPTABLE where an Accept header excludes the media type of the answer. */
export function checkAccepts(accept: string | undefined, type: string): void {
  if (accept === undefined || accept.trim() === '') return;
  const [family] = type.split('/');
  const takes = accept.split(',').some((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return !isRefused && (name === '*/*' || name === `${family}/*` || name === type);
  });
  if (takes) return;
  throw new HttpProblem('NOT_ACCEPTABLE', `The answer is ${type}, which Accept excludes.`, {
    remedy: `Send accept: ${type}.`,
  });
}
