import type { DeployedFunction } from './pipeline-functions.ts';

/** A token bucket of API Gateway. */
export interface Throttle {
  readonly requestsPerSecond: number;
  /** Requests that may come at once. */
  readonly burst: number;
}

/** Concurrent executions of an account, unless AWS says otherwise. */
const ACCOUNT_CONCURRENCY = 1_000;
/** Where functions share the account's concurrency: four of this deployment, and room for others. */
const SHARES = 5;

/** Environments that a function may count on where it has none of its own. */
export const sharedEnvironments = (accountConcurrency = ACCOUNT_CONCURRENCY): number =>
  Math.max(1, Math.floor(accountConcurrency / SHARES));

/**
 * The bucket whose requests a function's environments can serve: of N environments that need d seconds an
 * answer, a burst B and a rate r never occupy more than B + r x d = N. A quarter is for bursts. Beyond it the gateway
 * answers 429 before a function is asked, for Lambda's own refusal would reach callers as a fault of the server.
 * A single environment cannot keep the law: a bucket holds at least one request.
 */
export function throttleFor({
  environments,
  usualSeconds,
}: Pick<DeployedFunction, 'environments' | 'usualSeconds'>): Throttle {
  const burst = Math.max(1, Math.floor(environments / 4));
  const steady = environments === 1 ? 0.5 : environments - burst;
  return { burst, requestsPerSecond: Math.floor((steady / usualSeconds) * 100) / 100 };
}
