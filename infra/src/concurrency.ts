import type { BuiltFunctions } from './built-functions.ts';
import type { FunctionPlan } from './function-needs.ts';
import { InfraError } from './infra-error.ts';
import type { ResolvedProps } from './resolve-props.ts';

/** Number of environments that a function reserves; undefined if it shares the account's limit. @throws InfraError */
export function reservedFor(
  name: string,
  plan: FunctionPlan,
  configured: ResolvedProps['reservedConcurrency'],
): number | undefined {
  const own = typeof configured === 'object' ? configured[name] : undefined;
  // A single number applies only to the functions that serve requests, not to `warmup` and `ingest`.
  const common =
    typeof configured === 'object' || name === 'warmup' || name === 'ingest' ? undefined : configured;
  const value = own ?? (configured === 'unreserved' ? configured : common) ?? plan.concurrency;
  if (value === 'unreserved') return undefined;
  if (!Number.isInteger(value) || value < 1)
    throw new InfraError(
      `reservedConcurrency of '${name}' is ${value}: it must be an integer >= 1, or 'unreserved'.`,
    );
  return value;
}

/**
 * Provisioned concurrency of a function.
 * @throws InfraError if it exceeds the reservation or is not a whole number.
 */
export function provisionedFor(
  name: string,
  reserved: number | undefined,
  configured: ResolvedProps['provisionedConcurrency'] = {},
): number | undefined {
  const value = configured[name];
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || value < 1)
    throw new InfraError(`provisionedConcurrency of '${name}' is ${value}: it must be an integer >= 1.`);
  if (reserved !== undefined && value > reserved)
    throw new InfraError(
      `provisionedConcurrency of '${name}' is ${value}, and the function reserves ${reserved} environments: raise reservedConcurrency.`,
    );
  return value;
}

/** @throws InfraError for provisioned concurrency of a function that is not built. */
export function checkNames(
  configured: ResolvedProps['provisionedConcurrency'] = {},
  { functions }: BuiltFunctions,
): void {
  const names = functions.map(({ name }) => name);
  const unknown = Object.keys(configured).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new InfraError(`provisionedConcurrency names '${unknown}'; functions: ${names.join(', ')}.`);
}
