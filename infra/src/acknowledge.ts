import { Stack, Validations } from 'aws-cdk-lib';
import type { IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** Acknowledges findings of cdk-nag by id, each with the reason why it is accepted. */
export function acknowledge(scope: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(scope).acknowledge({ id, reason });
}

/**
 * Adds a statement to a role. If its resources contain a `*`, the reason is acknowledged for exactly these.
 */
export function allow(grantee: IGrantable, statement: PolicyStatement, reason?: string): void {
  const principal = grantee.grantPrincipal;
  principal.addToPrincipalPolicy(statement);
  if (reason === undefined) return;
  const scope = principal as unknown as IConstruct;
  for (const resource of statement.resources) {
    const flat = flatten(Stack.of(scope).resolve(resource));
    if (flat.includes('*')) acknowledge(scope, { [`AwsSolutions-IAM5[Resource::${flat}]`]: reason });
  }
}

/** Acknowledges permissions of a role on `*`, for actions that do not support resources. */
export function acknowledgeAnyResource(grantee: IGrantable, reason: string): void {
  acknowledge(grantee.grantPrincipal as unknown as IConstruct, { 'AwsSolutions-IAM5[Resource::*]': reason });
}

/** A resolved value in the format of cdk-nag's ids: references in angle brackets. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    Ref: name,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
  } = value as {
    readonly Ref?: string;
    readonly 'Fn::GetAtt'?: readonly string[];
    readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
  };
  if (name !== undefined) return `<${name}>`;
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  if (join !== undefined) return join[1].map(flatten).join(join[0]);
  return JSON.stringify(value);
}
