import { Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import { InfraError } from './infra-error.ts';

/**
 * A definition whose integrations have the ARNs of the stack's partition, as China and GovCloud want them. A stack whose
 * region is not known when it is synthesised is one of the commercial partition.
 */
export function ofPartition(scope: Construct, definition: string): string {
  const { region } = Stack.of(scope);
  const partition = Token.isUnresolved(region) ? undefined : RegionInfo.get(region).partition;
  return definition.replaceAll('arn:aws:states:::', `arn:${partition ?? 'aws'}:states:::`);
}

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
