import type { DeployedFunction } from './pipeline-functions.ts';

/** A token bucket of API Gateway. */
export interface Throttle {
  readonly requestsPerSecond: number;
  /** Requests that may come at once. */
  readonly burst: number;
}

/** Where a function shares the account's concurrency: what the default account of 1,000 serves with room to spare. */
const UNRESERVED = 200;

/**
 * The bucket whose requests a function's reserved environments can serve: of N environments that need d seconds an
 * answer, a burst B and a rate r never occupy more than B + r x d = N. A quarter is for bursts. Beyond it the gateway
 * answers 429 before a function is asked, for Lambda's own refusal would reach callers as a fault of the server.
 * A single environment cannot keep the law: a bucket holds at least one request.
 */
export function throttleFor({
  reserved = UNRESERVED,
  plan,
}: Pick<DeployedFunction, 'reserved' | 'plan'>): Throttle {
  const burst = Math.max(1, Math.floor(reserved / 4));
  const steady = reserved === 1 ? 0.5 : reserved - burst;
  return { burst, requestsPerSecond: Math.floor((steady / plan.usualSeconds) * 100) / 100 };
}
