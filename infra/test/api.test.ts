import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FUNCTION_PLANS } from '../src/function-needs.ts';
import { throttleFor } from '../src/throttling.ts';
import { type Properties, Synthesised } from './support/synthesise.ts';

const methods = (rag: Synthesised): Properties[] => rag.all('AWS::ApiGateway::Method');
const asked = (rag: Synthesised): Properties[] =>
  methods(rag).filter(({ HttpMethod }) => HttpMethod !== 'OPTIONS');
const responses = (rag: Synthesised): Record<string, Properties> =>
  Object.fromEntries(rag.all('AWS::ApiGateway::GatewayResponse').map((one) => [one.ResponseType, one]));

describe('the HTTP API', () => {
  const rag = new Synthesised();

  it('is Regional and has a method for every route of the manifest', () => {
    expect(rag.one('AWS::ApiGateway::RestApi').EndpointConfiguration.Types).toEqual(['REGIONAL']);
    expect(asked(rag)).toHaveLength(9);
    const paths = rag.all('AWS::ApiGateway::Resource').map(({ PathPart }) => PathPart);
    expect(paths.sort()).toEqual([
      'generate',
      'health',
      'openapi.json',
      'query',
      'retrieve',
      'retrieve-mock',
      'stream',
    ]);
  });

  it('streams the responses of the stream function, up to its own timeout', () => {
    const streaming = asked(rag).filter(({ Integration }) => Integration.ResponseTransferMode === 'STREAM');
    expect(streaming).toHaveLength(1);
    const [{ Integration }] = streaming;
    expect(Integration).toMatchObject({
      Type: 'AWS_PROXY',
      IntegrationHttpMethod: 'POST',
      TimeoutInMillis: 60_000,
    });
    expect(rag.text(Integration.Uri)).toMatch(
      /:lambda:path\/2021-11-15\/functions\/<.*streamLive.*>\/response-streaming-invocations$/,
    );
  });

  it('answers the health check without calling a function', () => {
    const mocks = asked(rag).filter(({ Integration }) => Integration.Type === 'MOCK');
    expect(mocks).toHaveLength(1);
    const [{ HttpMethod, AuthorizationType, Integration, MethodResponses }] = mocks;
    expect([HttpMethod, AuthorizationType]).toEqual(['GET', 'AWS_IAM']);
    expect(Integration).toMatchObject({
      PassthroughBehavior: 'NEVER',
      RequestTemplates: { 'application/json': '{"statusCode": 200}' },
      IntegrationResponses: [
        {
          StatusCode: '200',
          ResponseTemplates: { 'application/json': '{"status":"ok","version":"0.1.0"}' },
          ResponseParameters: { 'method.response.header.X-Request-Id': 'context.requestId' },
        },
      ],
    });
    expect(MethodResponses[0].ResponseParameters).toEqual({ 'method.response.header.X-Request-Id': true });
    const read = new Synthesised({ corsOrigins: ['https://app.example'] });
    const [mock] = asked(read).filter((method) => method.Integration.Type === 'MOCK');
    expect(mock.Integration.IntegrationResponses[0].ResponseParameters).toMatchObject({
      'method.response.header.Access-Control-Allow-Origin': "'https://app.example'",
    });
  });

  it('limits the timeout of routes that do not stream to 29 s, the default maximum of API Gateway', () => {
    const times = asked(rag)
      .filter(
        ({ Integration: { ResponseTransferMode, Type } }) =>
          Type !== 'MOCK' && ResponseTransferMode === undefined,
      )
      .map(({ Integration }) => Integration.TimeoutInMillis);
    expect(times).toHaveLength(7);
    expect(Math.max(...times)).toBe(29_000);
  });

  it('logs every request without its query string, which contains the question', () => {
    const stage = rag.one('AWS::ApiGateway::Stage');
    const format = JSON.parse(stage.AccessLogSetting.Format);
    expect(format).toMatchObject({ requestId: '$context.requestId', status: '$context.status' });
    expect(stage.AccessLogSetting.Format).not.toMatch(/querystring|\$input|\$context\.path\b|authorizer/i);
    expect(stage.TracingEnabled).toBe(true);
    // Settings of a route replace those of the whole stage, so each must repeat them.
    expect(stage.MethodSettings.length).toBeGreaterThan(8);
    for (const settings of stage.MethodSettings)
      expect(settings).toMatchObject({
        DataTraceEnabled: false,
        LoggingLevel: 'ERROR',
        MetricsEnabled: false,
      });
    for (const { MetricsEnabled } of new Synthesised({ metrics: 'all' }).one('AWS::ApiGateway::Stage')
      .MethodSettings)
      expect(MetricsEnabled).toBe(true);
  });

  it('keeps execution logs for the configured days, because their log group exists before the stage', () => {
    const groups = Object.entries(rag.template.findResources('AWS::Logs::LogGroup'));
    const [id, group] = groups.find(([, { Properties }]) =>
      rag.text(Properties.LogGroupName).startsWith('API-Gateway-Execution-Logs_'),
    )!;
    expect(rag.text(group.Properties.LogGroupName)).toMatch(/_<[^>]+>\/v1$/);
    expect(group.Properties.RetentionInDays).toBe(30);
    const [stage] = Object.values(rag.template.findResources('AWS::ApiGateway::Stage'));
    expect(stage!.DependsOn).toContain(id);
  });

  it('retains the role of its logs when the stack is destroyed, because other APIs use it', () => {
    rag.template.hasResource('AWS::ApiGateway::Account', { DeletionPolicy: 'Retain' });
    new Synthesised({ apiGatewayLogRole: false }).template.resourceCountIs('AWS::ApiGateway::Account', 0);
  });
});

describe('authorization', () => {
  it('requires signed requests by default', () => {
    const rag = new Synthesised();
    for (const method of asked(rag)) expect(method.AuthorizationType).toBe('AWS_IAM');
  });

  it('accepts a key of a usage plan', () => {
    const rag = new Synthesised({ auth: { kind: 'api-key', requestsPerDay: 500 } });
    for (const method of asked(rag))
      expect(method).toMatchObject({ ApiKeyRequired: true, AuthorizationType: 'NONE' });
    expect(rag.one('AWS::ApiGateway::UsagePlan').Quota).toEqual({ Limit: 500, Period: 'DAY' });
    // API Gateway creates the key: a value in a template would be readable by too many.
    expect(rag.one('AWS::ApiGateway::ApiKey').Value).toBeUndefined();
    expect(rag.template.toJSON().Outputs.ApiKeyId.Value).toEqual({ Ref: expect.stringContaining('Key') });
  });

  it('uses an authorizer that checks tokens if auth is jwt', () => {
    const auth = {
      kind: 'jwt',
      issuer: 'https://id.example/tenant',
      audience: 'srag',
      scope: 'ask',
    } as const;
    const rag = new Synthesised({ auth });
    for (const method of asked(rag)) expect(method.AuthorizationType).toBe('CUSTOM');
    expect(rag.one('AWS::ApiGateway::Authorizer')).toMatchObject({
      Type: 'TOKEN',
      IdentitySource: 'method.request.header.Authorization',
    });
    expect(rag.function('authorizer').Environment.Variables).toEqual({
      JWT_ISSUER: auth.issuer,
      JWT_AUDIENCE: 'srag',
      JWT_SCOPE: 'ask',
    });
  });

  it('is open to everyone only if configured', () => {
    const rag = new Synthesised({ auth: { kind: 'none' } });
    for (const method of asked(rag)) expect(method).toMatchObject({ AuthorizationType: 'NONE' });
  });
});

describe('web pages of other origins', () => {
  it('may not call the API by default', () => {
    const rag = new Synthesised();
    expect(methods(rag).filter(({ HttpMethod }) => HttpMethod === 'OPTIONS')).toEqual([]);
    expect(JSON.stringify(rag.template.toJSON())).not.toContain('Access-Control-Allow-Origin');
  });

  it('may call the API if configured: every path answers preflights, and pages can read gateway errors', () => {
    const rag = new Synthesised({ corsOrigins: ['https://app.example'] });
    const preflights = methods(rag).filter(({ HttpMethod }) => HttpMethod === 'OPTIONS');
    expect(preflights).toHaveLength(7);
    for (const { AuthorizationType, Integration } of preflights) {
      expect(AuthorizationType).toBe('NONE');
      const { ResponseParameters } = Integration.IntegrationResponses[0];
      expect(ResponseParameters['method.response.header.Access-Control-Allow-Origin']).toBe(
        "'https://app.example'",
      );
    }
    expect(
      responses(rag).THROTTLED.ResponseParameters['gatewayresponse.header.Access-Control-Allow-Origin'],
    ).toBe("'https://app.example'");
    for (const { Environment } of rag.all('AWS::Lambda::Function'))
      expect(Environment.Variables.SRAG_CORS_ORIGINS).toBe('https://app.example');
  });
});

describe('error responses of API Gateway itself', () => {
  const all = responses(new Synthesised());

  it.each([
    ['THROTTLED', 429, 'GATEWAY_THROTTLED', '1'],
    ['QUOTA_EXCEEDED', 429, 'GATEWAY_THROTTLED', '3600'],
    ['INTEGRATION_FAILURE', 502, 'FUNCTION_FAILED', '1'],
    ['INTEGRATION_TIMEOUT', 504, 'GATEWAY_TIMEOUT', '5'],
    ['AUTHORIZER_FAILURE', 503, 'AUTHORIZER_FAILED', '5'],
    ['UNAUTHORIZED', 401, 'UNAUTHENTICATED', undefined],
    ['ACCESS_DENIED', 403, 'FORBIDDEN', undefined],
    ['REQUEST_TOO_LARGE', 413, 'BODY_TOO_LARGE', undefined],
    ['MISSING_AUTHENTICATION_TOKEN', 403, 'FORBIDDEN', undefined],
    ['DEFAULT_5XX', 502, 'FUNCTION_FAILED', '1'],
  ])("of type %s have status %i and the format of srag's errors", (type, status, code, retryAfter) => {
    const { StatusCode, ResponseParameters, ResponseTemplates } = all[type]!;
    expect(StatusCode).toBe(String(status));
    expect(ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
    expect(ResponseParameters['gatewayresponse.header.Retry-After']).toBe(retryAfter && `'${retryAfter}'`);
    expect(JSON.parse(ResponseTemplates['application/json'])).toMatchObject({
      status,
      code,
      requestId: '$context.requestId',
    });
  });

  it('have only statuses that the API declares', () => {
    const allowed = [400, 401, 403, 404, 405, 406, 413, 415, 422, 429, 502, 503, 504];
    for (const { StatusCode } of Object.values(all)) expect(allowed).toContain(Number(StatusCode));
  });

  it('have status 404 for an unknown path if requests need not be signed', () => {
    const { MISSING_AUTHENTICATION_TOKEN } = responses(new Synthesised({ auth: { kind: 'api-key' } }));
    expect(MISSING_AUTHENTICATION_TOKEN.StatusCode).toBe('404');
  });
});

describe('throttling', () => {
  it('never admits more than the reserved environments can serve', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 1_000 }),
        fc.constantFrom(...Object.values(FUNCTION_PLANS)),
        fc.boolean(),
        (environments, plan, asksModel) => {
          const usualSeconds = plan.usualSeconds + (asksModel ? (plan.modelSeconds ?? 0) : 0);
          const { requestsPerSecond, burst } = throttleFor({ environments, usualSeconds });
          expect(burst).toBeGreaterThanOrEqual(1);
          expect(requestsPerSecond).toBeGreaterThan(0);
          const occupied = burst + requestsPerSecond * usualSeconds;
          expect(occupied).toBeLessThanOrEqual(environments + 1e-9);
          expect(occupied).toBeGreaterThan(environments - 1);
        },
      ),
    );
  });

  it("is set for each route and follows the reserved concurrency of the route's function", () => {
    const settings = (rag: Synthesised, path: string) =>
      rag.one('AWS::ApiGateway::Stage').MethodSettings.find((one: Properties) => one.ResourcePath === path);
    expect(settings(new Synthesised(), '/~1retrieve')).toMatchObject({
      ThrottlingBurstLimit: 5,
      ThrottlingRateLimit: 150,
    });
    expect(settings(new Synthesised({ reservedConcurrency: 100 }), '/~1retrieve')).toMatchObject({
      ThrottlingBurstLimit: 25,
      ThrottlingRateLimit: 750,
    });
    expect(settings(new Synthesised(), '/~1query~1stream')).toMatchObject({
      ThrottlingBurstLimit: 5,
      ThrottlingRateLimit: 37.5,
    });
    const small = new Synthesised({ reservedConcurrency: 'unreserved', accountConcurrency: 10 });
    expect(settings(small, '/~1retrieve')).toMatchObject({
      ThrottlingBurstLimit: 1,
      ThrottlingRateLimit: 10,
    });
    for (const { ReservedConcurrentExecutions } of small.all('AWS::Lambda::Function'))
      expect(ReservedConcurrentExecutions).toBeUndefined();
    const generator = { name: 'bedrock', settings: { model: 'amazon.nova-lite-v1:0' } };
    expect(settings(new Synthesised({ generator }), '/~1query~1stream')).toMatchObject({
      ThrottlingBurstLimit: 5,
      ThrottlingRateLimit: 3.75,
    });
  });
});

describe('the firewall', () => {
  it('protects the stage only if configured', () => {
    new Synthesised().template.resourceCountIs('AWS::WAFv2::WebACL', 0);
    const rag = new Synthesised({ waf: { requestsPer5Minutes: 300 } });
    const { Rules } = rag.one('AWS::WAFv2::WebACL');
    expect(Rules[0].Statement.RateBasedStatement.Limit).toBe(300);
    expect(rag.text(rag.one('AWS::WAFv2::WebACLAssociation').ResourceArn)).toMatch(
      /:apigateway:<AWS::Region>::\/restapis\/<.*>\/stages\/<.*>$/,
    );
  });

  it('logs refused requests without keys and questions, and keeps no samples', () => {
    const rag = new Synthesised({ waf: true });
    expect(rag.one('AWS::WAFv2::LoggingConfiguration').RedactedFields).toEqual([
      { SingleHeader: { Name: 'authorization' } },
      { SingleHeader: { Name: 'x-api-key' } },
      { QueryString: {} },
    ]);
    for (const { VisibilityConfig } of rag.one('AWS::WAFv2::WebACL').Rules)
      expect(VisibilityConfig.SampledRequestsEnabled).toBe(false);
  });
});
