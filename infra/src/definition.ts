import { InfraError } from './infra-error.ts';

/**
 * Values for the `${Names}` that a state machine's definition holds, and for no others: CloudFormation refuses a name
 * without a value as well as a value without a name.
 * @throws InfraError for a name that is not known.
 */
export function substitutionsFor(
  file: string,
  definition: string,
  known: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = new Set([...definition.matchAll(/\$\{([A-Za-z0-9_]+)\}/g)].map((match) => match[1]!));
  const unknown = [...names].filter((name) => known[name] === undefined);
  if (unknown.length > 0) {
    throw new InfraError(
      `${file} asks for \${${unknown[0]}}, which is not known here; known: ${Object.keys(known).join(', ')}.`,
    );
  }
  return Object.fromEntries([...names].map((name) => [name, known[name]!]));
}
