import { wireError } from '../wire-error.ts';

/** A valid SQS attribute that no message of the laptop has. */
const NEVER_THERE = 'AWSTraceHeader';

/** The requested attributes; an unknown one is an error. @throws InvalidAttributeName */
export function chosenAttributes(
  all: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  if (names.includes('All')) return all;
  const unknown = names.find((name) => !Object.hasOwn(all, name) && name !== NEVER_THERE);
  if (unknown !== undefined) {
    throw wireError('InvalidAttributeName', 400, `The attribute ${unknown} is not supported by the laptop.`);
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}
