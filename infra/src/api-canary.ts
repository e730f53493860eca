import { fileURLToPath } from 'node:url';
import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Canary, Code, Runtime, Schedule, Test } from 'aws-cdk-lib/aws-synthetics';
import { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { acknowledgeAnyResource, allow } from './acknowledge.ts';
import type { Data } from './data.ts';
import { CANARY_FOLDER } from './data-folders.ts';
import type { HttpApi } from './http-api.ts';
import { InfraError } from './infra-error.ts';
import { allowKey } from './permissions.ts';
import type { CanaryProps } from './props.ts';
import type { ResolvedProps } from './resolve-props.ts';

/** Path of the canary's script: TypeScript in a checkout, compiled JavaScript in the package. */
const ENTRY = fileURLToPath(
  new URL(`./canary/handler${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);
const DEFAULT_MINUTES = 5;

/** Sends one question to the public address of the API on a schedule, as a caller would. */
export class ApiCanary extends Construct {
  readonly canary: Canary;

  /** @throws InfraError for auth `jwt`, for which the canary has no token. */
  constructor(
    scope: Construct,
    id: string,
    { name, prefix, auth }: ResolvedProps,
    { everyMinutes = DEFAULT_MINUTES }: CanaryProps,
    { data, api }: { readonly data: Data; readonly api: HttpApi },
  ) {
    super(scope, id);
    if (auth.kind === 'jwt')
      throw new InfraError("canary is not available with auth 'jwt': the canary has no token to send.");
    const { partition, region, account, urlSuffix } = Stack.of(this);
    // Synthetics allows 21 characters.
    const canaryName = name.slice(0, 21).replace(/-+$/, '');
    const folder = `${prefix}/${CANARY_FOLDER}/${name}`;
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    allow(
      role,
      new PolicyStatement({
        sid: 'Artifacts',
        actions: ['s3:PutObject'],
        resources: [data.bucket.arnForObjects(`${folder}/*`)],
      }),
      'The names of artifacts are generated at each run; all are in the folder of the canary.',
    );
    allow(
      role,
      new PolicyStatement({
        sid: 'BucketOfArtifacts',
        actions: ['s3:GetBucketLocation'],
        resources: [data.bucket.bucketArn],
      }),
    );
    allowKey(data, role, 'kms:Decrypt', 'kms:GenerateDataKey');
    allow(
      role,
      new PolicyStatement({
        sid: 'Logs',
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [`arn:${partition}:logs:${region}:${account}:log-group:/aws/lambda/cwsyn-${canaryName}-*`],
      }),
      'Synthetics names the log group after the canary and a generated id.',
    );
    role.addToPolicy(
      new PolicyStatement({
        sid: 'Metrics',
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': 'CloudWatchSynthetics' } },
      }),
    );
    acknowledgeAnyResource(
      role,
      'PutMetricData does not support resource-level permissions; a condition limits it to the namespace of Synthetics.',
    );
    if (auth.kind === 'iam')
      allow(
        role,
        new PolicyStatement({
          sid: 'Ask',
          actions: ['execute-api:Invoke'],
          resources: [api.api.arnForExecuteApi('POST', '/retrieve', api.api.deploymentStage.stageName)],
        }),
      );
    const keyPath = `/apikeys/${api.apiKeyId}`;
    if (auth.kind === 'api-key')
      allow(
        role,
        new PolicyStatement({
          sid: 'ReadKey',
          actions: ['apigateway:GET'],
          resources: [`arn:${partition}:apigateway:${region}::${keyPath}`],
        }),
      );
    this.canary = new Canary(this, 'Canary', {
      canaryName,
      runtime: Runtime.SYNTHETICS_NODEJS_3_1,
      test: Test.custom({ code: Code.fromInline(canaryScript()), handler: 'index.handler' }),
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      role,
      artifactsBucketLocation: { bucket: data.bucket, prefix: folder },
      successRetentionPeriod: Duration.days(7),
      failureRetentionPeriod: Duration.days(31),
      provisionedResourceCleanup: true,
      environmentVariables: {
        SRAG_URL: api.url,
        SRAG_AUTH: auth.kind,
        ...(auth.kind === 'api-key'
          ? { SRAG_KEY_URL: `https://apigateway.${region}.${urlSuffix}${keyPath}?includeValue=true` }
          : {}),
      },
    });
  }
}

/** The script as one CommonJS file. */
export function canaryScript(): string {
  const { outputFiles } = buildSync({
    entryPoints: [ENTRY],
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}
