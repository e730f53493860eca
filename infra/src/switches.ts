import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { allow } from './acknowledge.ts';
import { InfraError } from './infra-error.ts';
import type { ResolvedProps } from './resolve-props.ts';

/** Run-time switches: descriptions and initial values. */
export const SWITCHES: Readonly<Record<string, { readonly value: string; readonly description: string }>> = {
  warmup: { value: 'on', description: 'on or off: whether the scheduled warm-up invokes functions' },
  'query-cache': { value: 'on', description: 'on or off: whether cached answers are used' },
  'query-cache-minutes': { value: '60', description: 'Minutes for which a cached answer is used' },
  compression: { value: 'off', description: 'on or off: pass only relevant sentences to the generator' },
  index: { value: 'default', description: 'KIND or KIND@VERSION to search; default: as deployed' },
  prices: { value: 'default', description: 'Prices in USD that override the price table, as JSON' },
};

/** SSM parameters that functions read every 60 s, so that they can be changed without a deployment. */
export class Switches extends Construct {
  /** For example `/srag/demo`. */
  readonly path: string;

  constructor(scope: Construct, id: string, { name, switches = {} }: ResolvedProps) {
    super(scope, id);
    this.path = `/srag/${name}`;
    for (const given of Object.keys(switches)) {
      if (SWITCHES[given] === undefined)
        throw new InfraError(`There is no switch '${given}'; known: ${Object.keys(SWITCHES).join(', ')}.`);
    }
    for (const [key, { value, description }] of Object.entries(SWITCHES)) {
      new StringParameter(this, key, {
        parameterName: `${this.path}/${key}`,
        stringValue: switches[key] ?? value,
        description,
        tier: ParameterTier.STANDARD,
      });
    }
  }

  allowReading(grantee: IGrantable): void {
    const { partition, region, account } = Stack.of(this);
    allow(
      grantee,
      new PolicyStatement({
        sid: 'ReadSwitches',
        actions: ['ssm:GetParametersByPath'],
        resources: [`arn:${partition}:ssm:${region}:${account}:parameter${this.path}`],
      }),
    );
  }
}
