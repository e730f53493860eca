import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  ApiKey,
  AuthorizationType,
  type MethodOptions,
  Period,
  type RestApi,
  TokenAuthorizer,
  UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { authorizerCode } from './authorizer-code.ts';
import type { Data } from './data.ts';
import { acknowledgeFunction } from './function-acknowledgements.ts';
import type { ResolvedProps } from './resolve-props.ts';

/** Authorization settings of methods. */
export interface Authorization {
  readonly method: MethodOptions;
  readonly apiKeyId?: string;
}

/** Adds the resources of the chosen authorization. */
export function addAuthorization(
  scope: Construct,
  api: RestApi,
  props: ResolvedProps,
  data: Data,
): Authorization {
  const { auth, name } = props;
  switch (auth.kind) {
    case 'iam':
      return { method: { authorizationType: AuthorizationType.IAM } };
    case 'none':
      return { method: { authorizationType: AuthorizationType.NONE } };
    case 'api-key': {
      const key = new ApiKey(scope, 'Key', { apiKeyName: name, description: `Callers of ${name}` });
      const plan = new UsagePlan(scope, 'UsagePlan', {
        name,
        apiStages: [{ api, stage: api.deploymentStage }],
        ...(auth.requestsPerDay === undefined
          ? {}
          : { quota: { limit: auth.requestsPerDay, period: Period.DAY } }),
      });
      plan.addApiKey(key);
      return {
        method: { authorizationType: AuthorizationType.NONE, apiKeyRequired: true },
        apiKeyId: key.keyId,
      };
    }
    case 'jwt': {
      const authorizer = new TokenAuthorizer(scope, 'Authorizer', {
        authorizerName: `${name}-jwt`,
        handler: authorizerFunction(scope, props, data),
        // API Gateway refuses any other Authorization header without invoking the function.
        validationRegex: '^[Bb]earer [-_0-9A-Za-z]+\\.[-_0-9A-Za-z]+\\.[-_0-9A-Za-z]+$',
        // Caching saves invocations, but a token is accepted for up to this time after it expires.
        resultsCacheTtl: Duration.minutes(1),
      });
      return { method: { authorizationType: AuthorizationType.CUSTOM, authorizer } };
    }
  }
}

function authorizerFunction(scope: Construct, props: ResolvedProps, { key }: Data): LambdaFunction {
  const { auth, name, logRetentionDays } = props;
  if (auth.kind !== 'jwt') throw new TypeError("Only auth 'jwt' has an authorizer.");
  const functionName = `${name}-authorizer`;
  const logGroup = new LogGroup(scope, 'AuthorizerLogs', {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: logRetentionDays as RetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(key === undefined ? {} : { encryptionKey: key }),
  });
  const role = new Role(scope, 'AuthorizerRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  const lambda = new LambdaFunction(scope, 'AuthorizerFunction', {
    functionName,
    code: authorizerCode(),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: 256,
    timeout: Duration.seconds(10),
    tracing: Tracing.ACTIVE,
    role,
    logGroup,
    environment: {
      JWT_ISSUER: auth.issuer,
      JWT_AUDIENCE: auth.audience,
      ...(auth.jwksUri === undefined ? {} : { JWT_JWKS_URI: auth.jwksUri }),
      ...(auth.scope === undefined ? {} : { JWT_SCOPE: auth.scope }),
    },
    ...(key === undefined ? {} : { environmentEncryption: key }),
  });
  acknowledgeFunction(lambda, 'caller');
  return lambda;
}
