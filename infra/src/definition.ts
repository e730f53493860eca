import { Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import { InfraError } from './infra-error.ts';

/**
 * Adapts a definition's integration ARNs to the stack's partition, as China and GovCloud require. Without a
 * known region the commercial partition is used.
 */
export function ofPartition(scope: Construct, definition: string): string {
  const { region } = Stack.of(scope);
  const partition = Token.isUnresolved(region) ? undefined : RegionInfo.get(region).partition;
  return definition.replaceAll('arn:aws:states:::', `arn:${partition ?? 'aws'}:states:::`);
}

/**
 * Selects the values for the `${Names}` in a state machine's definition, because CloudFormation refuses both
 * missing and unused values.
 * @throws InfraError for an unknown name.
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
      `${file} contains \${${unknown[0]}}, which is unknown; known: ${Object.keys(known).join(', ')}.`,
    );
  }
  return Object.fromEntries([...names].map((name) => [name, known[name]!]));
}
