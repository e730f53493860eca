import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, hasCode, SragError } from '../../../core/index.ts';

/** Errors that mean that another writer was faster; a retry may succeed. */
const RACES: readonly ErrorCode[] = ['WRITE_CONFLICT', 'CONDITION_FAILED', 'PUBLISH_CONFLICT'];
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 500;

/** Whether the same work may succeed later: a service failed, or another writer was faster. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof SragError)) return true;
  return RACES.includes(error.code) || (error.class === 'service' && error.fields.retryable !== false);
}

/**
 * Runs idempotent work up to three times while its faults are transient. The waits between the attempts are
 * random: up to 0.5 s, then up to 1 s.
 */
export async function withRetries<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isTransient(error) || wasRetried(error)) throw error;
      await sleep(Math.random() * FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  }
}

/** Whether a client of a model or service has already retried. */
const wasRetried = (error: unknown): boolean =>
  hasCode(error, 'EMBEDDER_FAILED', 'THROTTLED', 'AWS_UNAVAILABLE');
