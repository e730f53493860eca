import { HttpProblem } from './problem.ts';

/** @throws HttpProblem NOT_ACCEPTABLE if an Accept header excludes the media type of the answer */
export function checkAccepts(accept: string | undefined, type: string): void {
  if (accept === undefined || accept.trim() === '') return;
  const [family] = type.split('/');
  // The most specific matching media range decides, regardless of its position in the header.
  const names = [type, `${family}/*`, '*/*'];
  const ranges = accept.split(',').map(rangeOf);
  const closest = names.find((name) => ranges.some((range) => range.name === name));
  const takes = ranges.some(({ name, isRefused }) => name === closest && !isRefused);
  if (takes) return;
  throw new HttpProblem('NOT_ACCEPTABLE', `The answer is ${type}, which the Accept header excludes.`, {
    remedy: `Send accept: ${type}.`,
  });
}

function rangeOf(text: string): { readonly name: string; readonly isRefused: boolean } {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  return { name, isRefused: parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) };
}
