import type { SragError } from '../../core/index.ts';

/** What an absolute path or an address may look like inside a message. */
const PLACES = /(?<![\w.:/])(?:[a-z][a-z0-9+.-]{0,40}:\/\/|[A-Za-z]:\\|\/)[^\s'"`,;()]+/g;

/**
 * An error's message as callers of an API may read it: where the server keeps its files is for its operator. The location
 * goes from every message; from those about the server itself goes whatever looks like a path or an address. What
 * callers sent is repeated to them as it was.
 */
export function publicWords({ message, fields }: SragError, isCallers: boolean): string {
  const { location } = fields;
  const bare =
    typeof location === 'string' && location !== ''
      ? message.replaceAll(` at ${location}`, '').replaceAll(location, 'the location')
      : message;
  return isCallers ? bare : bare.replace(PLACES, '…');
}
