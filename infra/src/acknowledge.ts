import { Stack, Validations } from 'aws-cdk-lib';
import type { IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** Acknowledges findings of cdk-nag by id, each with the reason why it is accepted. */
export function acknowledge(scope: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(scope).acknowledge({ id, reason });
}

/**
 * Adds a statement to a role. With a reason, acknowledges cdk-nag's finding for each resource that contains a
 * `*`.
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

/** Acknowledges permissions on `*` for actions that do not support resource-level permissions. */
export function acknowledgeAnyResource(grantee: IGrantable, reason: string): void {
  acknowledge(grantee.grantPrincipal as unknown as IConstruct, { 'AwsSolutions-IAM5[Resource::*]': reason });
}

/** Formats a resolved value as in cdk-nag's ids, which have references in angle brackets. */
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
