/** Feature flags of aws-cdk-lib, shared by the app and the tests. */
export const FEATURE_FLAGS: Readonly<Record<string, unknown>> = {
  // Synthesis refuses templates that violate CloudFormation's schemas.
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  // An encrypted queue accepts events of this account only.
  '@aws-cdk/aws-events:eventsTargetQueueSameAccount': true,
  '@aws-cdk/core:checkSecretUsage': true,
};
