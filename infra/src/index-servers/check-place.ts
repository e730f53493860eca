import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { InfraError } from '../infra-error.ts';

/** An ARN that was given as text. */
export interface ParsedArn {
  readonly text: string;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Without its type, for example the name of a domain. */
  readonly resource: string;
}

const ARN = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]+):(\d{12}):(.+)$/;

/** @throws InfraError if it is no ARN of this service and type of resource */
export function parseArn(field: string, text: string, service: string, type: string): ParsedArn {
  const [, partition = '', actual, region = '', account = '', resource = ''] = ARN.exec(text) ?? [];
  if (actual === service && resource.startsWith(type) && !resource.slice(type.length).includes('/'))
    return { text, partition, region, account, resource: resource.slice(type.length) };
  throw new InfraError(
    `${field} is '${text}': it must be an ARN of the form arn:aws:${service}:REGION:ACCOUNT:${type}NAME.`,
  );
}

/** The partition of a region. */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/**
 * Checks that a resource is where the stack is, as far as the stack knows its place.
 * @throws InfraError for another region, partition or account
 */
export function checkPlace(scope: Construct, field: string, arn: ParsedArn): void {
  const { region, account } = Stack.of(scope);
  if (arn.partition !== partitionOf(arn.region))
    refuse(field, arn, `region ${arn.region} is in partition ${partitionOf(arn.region)}`);
  if (!Token.isUnresolved(region) && arn.region !== region)
    refuse(field, arn, `the deployment is in region ${region}, and each search would leave it`);
  if (!Token.isUnresolved(account) && arn.account !== account)
    refuse(field, arn, `the deployment is in account ${account}, whose roles it would have to admit`);
}

function refuse(field: string, { text }: ParsedArn, reason: string): never {
  throw new InfraError(`${field} is '${text}', but ${reason}.`);
}
