import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  type MethodDeploymentOptions,
  MethodLoggingLevel,
  type MethodOptions,
  MockIntegration,
  PassthroughBehavior,
  ResponseTransferMode,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import { Construct } from 'constructs';
import { acknowledgeApi, acknowledgeMethod } from './api-acknowledgements.ts';
import { addAuthorization } from './authorization.ts';
import type { GatewayAnswer, Route } from './built-functions.ts';
import type { Data } from './data.ts';
import { addGatewayProblems } from './gateway-responses.ts';
import type { DeployedFunction, PipelineFunctions } from './pipeline-functions.ts';
import type { ResolvedProps } from './resolve-props.ts';
import { routeThrottles, stageThrottle } from './throttling.ts';

/**
 * Logging and metrics. They are set for the stage and again for each route, because a route's settings
 * replace all settings of the stage. Metrics of single routes are billed; metrics of the whole API are free.
 */
const loggingFor = ({ metrics }: ResolvedProps): MethodDeploymentOptions => ({
  metricsEnabled: metrics === 'all',
  loggingLevel: MethodLoggingLevel.ERROR,
  dataTraceEnabled: false,
});

/** API Gateway's timeout for buffered responses, in seconds. */
const GATEWAY_SECONDS = 29;
const STAGE = 'v1';

/** Share of requests that X-Ray records; each recorded request is billed. */
const TRACED_SHARE = 0.05;
/**
 * Places the sampling rule before the account's default rule, but after rules that users add for debugging.
 */
const SAMPLING_PRIORITY = 5_000;

/** Fields of an access log line. Query string and body are left out, because they contain questions. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  extendedRequestId: '$context.extendedRequestId',
  time: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  route: '$context.resourcePath',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationMs: '$context.integrationLatency',
  integrationStatus: '$context.integrationStatus',
  responseType: '$context.error.responseType',
  trace: '$context.xrayTraceId',
};

/** The Regional REST API with the routes of the manifest. */
export class HttpApi extends Construct {
  readonly api: RestApi;
  /** Only with auth `api-key`: id of the API key, whose value authorised users get from AWS. */
  readonly apiKeyId: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    props: ResolvedProps,
    {
      data,
      functions,
      answers,
    }: {
      readonly data: Data;
      readonly functions: PipelineFunctions;
      readonly answers: readonly GatewayAnswer[];
    },
  ) {
    super(scope, id);
    const answering = functions.all.filter(({ built }) => built.routes.length > 0);
    const logs = {
      retention: props.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(data.key === undefined ? {} : { encryptionKey: data.key }),
    };
    const logGroup = new LogGroup(this, 'AccessLogs', {
      logGroupName: `/aws/apigateway/${props.name}`,
      ...logs,
    });
    this.api = new RestApi(this, 'Api', {
      restApiName: props.name,
      description: `srag: questions to collection ${props.collection}`,
      endpointTypes: [EndpointType.REGIONAL],
      // The role serves every API of the account and region, so neither a destroyed deployment nor a failed
      // first one may disable logging for the others.
      ...(props.apiGatewayLogRole === false
        ? { cloudWatchRole: false }
        : { cloudWatchRole: true, cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
      deployOptions: {
        stageName: STAGE,
        tracingEnabled: true,
        ...loggingFor(props),
        accessLogDestination: new LogGroupLogDestination(logGroup),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
        ...stageThrottle(answering),
        methodOptions: routeThrottles(answering, loggingFor(props)),
      },
    });
    // Otherwise API Gateway creates this group at the first error and keeps it for ever.
    const executionLogs = new LogGroup(this, 'ExecutionLogs', {
      logGroupName: `API-Gateway-Execution-Logs_${this.api.restApiId}/${STAGE}`,
      ...logs,
    });
    this.api.deploymentStage.node.addDependency(executionLogs);
    // The account's default rule records the first request of every second: all requests if traffic is low.
    new CfnSamplingRule(this, 'Sampling', {
      samplingRule: {
        ruleName: props.name,
        version: 1,
        priority: SAMPLING_PRIORITY,
        fixedRate: TRACED_SHARE,
        reservoirSize: 0,
        serviceName: `${props.name}/${STAGE}`,
        serviceType: 'AWS::ApiGateway::Stage',
        host: '*',
        httpMethod: '*',
        urlPath: '*',
        resourceArn: '*',
      },
    });
    // Removes CDK's output of the address, because the stack has its own.
    this.api.node.tryRemoveChild('Endpoint');
    const authorization = addAuthorization(this, this.api, props, data);
    this.apiKeyId = authorization.apiKeyId;
    for (const one of answering) this.#route(one, authorization.method, props);
    for (const answer of answers) this.#answer(answer, authorization.method, props);
    addGatewayProblems(this.api, props.auth, props.corsOrigins);
    acknowledgeApi(this.api, props);
  }

  /** For example `https://abc.execute-api.eu-west-1.amazonaws.com/v1`, without a trailing slash. */
  get url(): string {
    return `https://${this.api.restApiId}.execute-api.${Stack.of(this).region}.${Stack.of(this).urlSuffix}/${STAGE}`;
  }

  /** ARN of the stage in the firewall's format. */
  get stageArn(): string {
    return Stack.of(this).formatArn({
      service: 'apigateway',
      account: '',
      resource: `/restapis/${this.api.restApiId}/stages`,
      resourceName: this.api.deploymentStage.stageName,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }

  #route(
    { built, live }: DeployedFunction,
    method: MethodOptions,
    { auth, corsOrigins }: ResolvedProps,
  ): void {
    const integration = new LambdaIntegration(live, {
      allowTestInvoke: false,
      ...(built.streaming
        ? {
            responseTransferMode: ResponseTransferMode.STREAM,
            timeout: Duration.seconds(built.timeoutSeconds),
          }
        : { timeout: Duration.seconds(Math.min(built.timeoutSeconds, GATEWAY_SECONDS)) }),
    });
    for (const route of built.routes) {
      const resource = this.api.root.resourceForPath(route.path);
      acknowledgeMethod(resource.addMethod(route.method, integration, method), auth.kind);
      this.#allowOrigins(route, built.routes, corsOrigins);
    }
  }

  /**
   * Adds a route that API Gateway answers without Lambda, so that it works even if all functions are busy.
   */
  #answer(route: GatewayAnswer, method: MethodOptions, { auth, corsOrigins }: ResolvedProps): void {
    // Static headers cannot depend on the origin of the request; see `addGatewayProblems`.
    const origin = corsOrigins.length === 1 ? corsOrigins[0] : undefined;
    const headers = {
      'X-Request-Id': 'context.requestId',
      ...(origin === undefined ? {} : { 'Access-Control-Allow-Origin': `'${origin}'`, Vary: "'Origin'" }),
    };
    const parameters = Object.entries(headers).map(([name, value]) => [
      `method.response.header.${name}`,
      value,
    ]);
    const integration = new MockIntegration({
      passthroughBehavior: PassthroughBehavior.NEVER,
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
      integrationResponses: [
        {
          statusCode: '200',
          responseTemplates: { 'application/json': JSON.stringify(route.body) },
          responseParameters: Object.fromEntries(parameters),
        },
      ],
    });
    const responseParameters = Object.fromEntries(parameters.map(([name]) => [name, true]));
    const added = this.api.root.resourceForPath(route.path).addMethod(route.method, integration, {
      ...method,
      methodResponses: [{ statusCode: '200', responseParameters }],
    });
    acknowledgeMethod(added, auth.kind);
    this.#allowOrigins(route, [route], corsOrigins);
  }

  #allowOrigins({ path }: Route, routes: readonly Route[], corsOrigins: readonly string[]): void {
    const resource = this.api.root.resourceForPath(path);
    if (corsOrigins.length === 0 || resource.node.tryFindChild('OPTIONS') !== undefined) return;
    resource.addCorsPreflight({
      allowOrigins: [...corsOrigins],
      allowMethods: routes.filter((other) => other.path === path).map((other) => other.method),
      allowHeaders: ['content-type', 'authorization', 'x-api-key', 'x-amz-date', 'x-amz-security-token'],
      maxAge: Duration.hours(1),
    });
  }
}
