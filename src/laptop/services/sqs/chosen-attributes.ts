import { wireError } from '../wire-error.ts';

/** An attribute of SQS that no message has here. */
const NEVER_THERE = 'AWSTraceHeader';

/** The requested attributes; an unknown one is refused. @throws InvalidAttributeName */
export function chosenAttributes(
  all: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  if (names.includes('All')) return all;
  const unknown = names.find((name) => !Object.hasOwn(all, name) && name !== NEVER_THERE);
  if (unknown !== undefined) {
    throw wireError('InvalidAttributeName', 400, `The attribute ${unknown} is not served by the laptop.`);
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}
