/** Behaviour of aws-cdk-lib that is chosen here, for the app and for tests alike. */
export const FEATURE_FLAGS: Readonly<Record<string, unknown>> = {
  // Templates are checked against the schemas of CloudFormation at synthesis; what they refuse is an error.
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  // An encrypted queue takes events of this account alone.
  '@aws-cdk/aws-events:eventsTargetQueueSameAccount': true,
  '@aws-cdk/core:checkSecretUsage': true,
};
