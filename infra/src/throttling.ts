import type { MethodDeploymentOptions } from 'aws-cdk-lib/aws-apigateway';
import type { DeployedFunction } from './pipeline-functions.ts';

/** A token bucket of API Gateway. */
export interface Throttle {
  readonly requestsPerSecond: number;
  /** Maximum burst of requests. */
  readonly burst: number;
}

/** Default concurrent executions of an account. */
const ACCOUNT_CONCURRENCY = 1_000;
/** Equal shares of the account's limit: one for each of four functions of this deployment, one for others. */
const SHARES = 5;

/** Environments that a function can expect without a reservation. */
export const sharedEnvironments = (accountConcurrency = ACCOUNT_CONCURRENCY): number =>
  Math.max(1, Math.floor(accountConcurrency / SHARES));

/**
 * The token bucket that a function's environments can serve: with N environments and d seconds per response,
 * a burst B and a rate r occupy at most B + r x d = N, with B = N / 4. Further requests get 429 from the
 * gateway, because Lambda's own throttling would reach callers as a server error. A single environment cannot
 * satisfy this, since a burst is at least one request.
 */
export function throttleFor({
  environments,
  usualSeconds,
}: Pick<DeployedFunction, 'environments' | 'usualSeconds'>): Throttle {
  const burst = Math.max(1, Math.floor(environments / 4));
  const steady = environments === 1 ? 0.5 : environments - burst;
  return { burst, requestsPerSecond: Math.floor((steady / usualSeconds) * 100) / 100 };
}

/** Throttle of the whole stage: the sum of the throttles of its functions. */
export function stageThrottle(answering: readonly DeployedFunction[]) {
  const all = answering.map(throttleFor);
  return {
    throttlingRateLimit: all.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0),
    throttlingBurstLimit: all.reduce((sum, { burst }) => sum + burst, 0),
  };
}

/** Stage settings of each route: the throttle of its function and the given logging. */
export function routeThrottles(
  answering: readonly DeployedFunction[],
  logging: MethodDeploymentOptions,
): Record<string, MethodDeploymentOptions> {
  const entries = answering.flatMap((one) => {
    const { requestsPerSecond, burst } = throttleFor(one);
    return one.built.routes.map(({ path, method }): [string, MethodDeploymentOptions] => [
      `${path}/${method}`,
      { ...logging, throttlingRateLimit: requestsPerSecond, throttlingBurstLimit: burst },
    ]);
  });
  return Object.fromEntries(entries);
}
