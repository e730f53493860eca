import { randomBytes } from 'node:crypto';

/** Creates an X-Ray trace header: a root id that contains the time, marked as sampled. */
export function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=1`;
}
