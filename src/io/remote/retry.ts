import { setTimeout as delay } from 'node:timers/promises';
import { endOf, SragError, throwIfAborted } from '../../core/index.ts';

/** Attempts and back-off of failed requests. */
export interface RetryPolicy {
  /** Maximum attempts, including the first. A higher number survives longer throttling, but fails later. */
  readonly attempts: number;
  /** Upper bound of the first wait. It doubles with every attempt. */
  readonly baseMs: number;
  /** Upper bound of any wait. */
  readonly capMs: number;
}

const DEFAULT_RETRY: RetryPolicy = { attempts: 6, baseMs: 200, capMs: 20_000 };

/** Randomness, waiting and clock of retries, injected in tests. */
export interface RetryEnvironment {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Waits; rejects when the signal is aborted. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Default `performance.now`, the clock of signal deadlines. */
  readonly now?: () => number;
}

const REAL_ENVIRONMENT: RetryEnvironment = {
  random: Math.random,
  sleep: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
};

/** Fields of a `SragError` that describe whether a retry may help. */
export interface RetryFields {
  readonly retryable: boolean;
  /** The wait that the service requests (`Retry-After`), in milliseconds. */
  readonly retryAfterMs?: number;
  /** The service rejected the content of the request; it may accept other inputs. */
  readonly refusedInput?: boolean;
}

/**
 * Runs `operation` until it succeeds, fails with an error whose field `retryable` is not true, or attempts run out.
 * Waits use full jitter: uniform in [0, min(cap, base x 2^n)) (M. Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog 2015), but at least as long as the service requests, up to the cap. If a wait would exceed the
 * signal's deadline, the last error is thrown immediately, so that the caller learns the reason and `retryAfterMs`.
 */
export async function withRetry<T>(
  operation: (attempt: number) => Promise<T>,
  options: {
    policy?: Partial<RetryPolicy>;
    environment?: RetryEnvironment;
    signal?: AbortSignal | undefined;
  } = {},
): Promise<T> {
  const { environment = REAL_ENVIRONMENT, signal } = options;
  const policy = { ...DEFAULT_RETRY, ...options.policy };
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(signal);
    try {
      return await operation(attempt);
    } catch (error) {
      if (!(error instanceof SragError) || error.fields.retryable !== true) throw error;
      const last = attempt === 1 ? error : exhausted(error, attempt);
      if (attempt >= policy.attempts) throw last;
      const waitMs = waitOf(error, attempt, policy, environment);
      const { now = performance.now.bind(performance) } = environment;
      // Compares the uncapped wait: if the service requests more time than is left, an earlier retry is useless.
      if (now() + Math.max(waitMs, requestedMs(error)) >= (endOf(signal) ?? Number.POSITIVE_INFINITY))
        throw last;
      await wait(waitMs, environment, signal);
    }
  }
}

/** Milliseconds before the next attempt. */
function waitOf(
  error: SragError,
  attempt: number,
  { capMs, baseMs }: RetryPolicy,
  { random }: RetryEnvironment,
): number {
  const bound = Math.min(capMs, baseMs * 2 ** (attempt - 1));
  return Math.max(random() * bound, Math.min(requestedMs(error), capMs));
}

const requestedMs = ({ fields: { retryAfterMs } }: SragError): number =>
  typeof retryAfterMs === 'number' ? retryAfterMs : 0;

async function wait(
  milliseconds: number,
  environment: RetryEnvironment,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await environment.sleep(milliseconds, signal);
  } catch (cause) {
    throwIfAborted(signal);
    throw cause;
  }
}

/** Waits. @throws CANCELLED as soon as the signal is aborted */
export const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  wait(milliseconds, REAL_ENVIRONMENT, signal);

const exhausted = (error: SragError, attempts: number): SragError =>
  new SragError(error.code, `${error.message} (${attempts} attempts)`, {
    remedy: error.remedy,
    fields: { ...error.fields, attempts },
    upstream: error.upstream,
    cause: error.cause ?? error,
  });
