import type { SragError } from '../../core/index.ts';

/** Matches absolute paths and URLs inside a message. */
const PLACES = /(?<![\w.:/])(?:[a-z][a-z0-9+.-]{0,40}:\/\/|[A-Za-z]:\\|\/)[^\s'"`,;()]+/g;

/**
 * An error's message for API callers, without the server's file locations. The error's location is always
 * removed; other paths and URLs are removed only from messages about the server, so that callers' input is
 * quoted unchanged.
 */
export function publicMessage({ message, fields }: SragError, isCallerFault: boolean): string {
  const { location } = fields;
  const redacted =
    typeof location === 'string' && location !== ''
      ? message.replaceAll(` at ${location}`, '').replaceAll(location, 'the location')
      : message;
  return isCallerFault ? redacted : redacted.replace(PLACES, '…');
}
