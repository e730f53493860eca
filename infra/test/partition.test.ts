import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { ofPartition } from '../src/definition.ts';

const DEFINITION = '{"Resource":"arn:aws:states:::lambda:invoke"}';
const stackIn = (region?: string): Stack =>
  new Stack(new App(), 'Test', region === undefined ? {} : { env: { region } });

describe('state machine definitions', () => {
  it.each([
    ['eu-west-1', 'arn:aws:states:::lambda:invoke'],
    ['cn-north-1', 'arn:aws-cn:states:::lambda:invoke'],
    ['us-gov-west-1', 'arn:aws-us-gov:states:::lambda:invoke'],
    [undefined, 'arn:aws:states:::lambda:invoke'],
  ])('deployed in region %s use integration ARNs such as %s', (region, arn) => {
    expect(JSON.parse(ofPartition(stackIn(region), DEFINITION)).Resource).toBe(arn);
  });
});
