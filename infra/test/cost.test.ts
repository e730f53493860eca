import { describe, expect, it } from 'vitest';
import { loadPrices, projectMonth } from '../../src/api/cost/index.ts';
import { serverUse } from '../../src/cli/server-cost.ts';
import { DEFAULT_ASSUMPTIONS, DEPLOYED, planOf } from '../../src/measure/cost/index.ts';
import { type Properties, Synthesised } from './support/synthesise.ts';

const FREE = 'not billed';

/** For every resource type: the names of the cost lines that include its costs, or FREE. */
const LINES: Readonly<Record<string, readonly string[] | typeof FREE>> = {
  'AWS::ApiGateway::RestApi': ['gateway.requests', 'gateway.transfer'],
  'AWS::ApiGateway::Account': FREE,
  'AWS::ApiGateway::ApiKey': FREE,
  'AWS::ApiGateway::Authorizer': ['lambda.compute.authorizer'],
  'AWS::ApiGateway::Deployment': FREE,
  'AWS::ApiGateway::GatewayResponse': FREE,
  'AWS::ApiGateway::Method': FREE,
  'AWS::ApiGateway::Resource': FREE,
  'AWS::ApiGateway::Stage': FREE,
  'AWS::ApiGateway::UsagePlan': FREE,
  'AWS::ApiGateway::UsagePlanKey': FREE,
  'AWS::Budgets::Budget': FREE,
  'AWS::CloudWatch::Alarm': ['fixed.cloudwatch.alarm', 'fixed.cloudwatch.custom-metric'],
  'AWS::CloudWatch::Dashboard': ['fixed.cloudwatch.dashboard'],
  'AWS::DynamoDB::Table': ['cache.reads', 'cache.writes'],
  // Only schedules are billed; events of AWS services on the default bus are free.
  'AWS::Events::Rule': ['warmup.schedule'],
  'AWS::IAM::Policy': FREE,
  'AWS::IAM::Role': FREE,
  'AWS::KMS::Key': ['fixed.kms.key', 'used.kms.requests'],
  // Free, except provisioned concurrency.
  'AWS::Lambda::Alias': ['provisioned.retrieve'],
  'AWS::Lambda::Version': FREE,
  'AWS::Lambda::EventSourceMapping': ['fixed.sqs.fifo.requests'],
  'AWS::Lambda::Function': [
    'lambda.requests',
    ...['baseline', 'retrieve', 'generate'].map((name) => `lambda.compute.${name}`),
    'warmup.lambda.compute.warmup',
    'fixed.lambda.arm64.compute',
  ],
  'AWS::Lambda::Permission': FREE,
  'AWS::Logs::LogGroup': ['logs.ingestion'],
  'AWS::Logs::QueryDefinition': FREE,
  'AWS::OpenSearchServerless::AccessPolicy': FREE,
  'AWS::OpenSearchServerless::Collection': ['fixed.opensearch.serverless-storage', 'used.opensearch.ocu'],
  'AWS::OpenSearchServerless::CollectionGroup': FREE,
  'AWS::OpenSearchServerless::SecurityPolicy': FREE,
  'AWS::S3Vectors::VectorBucket': ['fixed.s3-vectors.storage'],
  'AWS::S3::Bucket': ['rest.storage', 'storage.reads'],
  'AWS::S3::BucketPolicy': FREE,
  'AWS::SNS::Subscription': ['fixed.sns.emails'],
  'AWS::SNS::Topic': FREE,
  'AWS::SNS::TopicPolicy': FREE,
  'AWS::SQS::Queue': ['fixed.sqs.fifo.requests'],
  'AWS::SQS::QueuePolicy': FREE,
  // Free, because they are standard parameters at standard throughput.
  'AWS::SSM::Parameter': FREE,
  'AWS::StepFunctions::StateMachine': [
    'state-machine.requests',
    'state-machine.duration',
    'fixed.state-machine.standard.transitions',
  ],
  'AWS::Synthetics::Canary': ['fixed.synthetics.canary-runs'],
  'AWS::WAFv2::LoggingConfiguration': FREE,
  'AWS::WAFv2::WebACL': ['fixed.waf.web-acl', 'fixed.waf.rule', 'used.waf.requests'],
  'AWS::WAFv2::WebACLAssociation': FREE,
  'AWS::XRay::SamplingRule': ['traces.recorded'],
};

const EVERYTHING = new Synthesised({
  provisionedConcurrency: { retrieve: 1 },
  auth: { kind: 'jwt', issuer: 'https://id.example', audience: 'srag' },
  kms: true,
  waf: true,
  cache: 'dynamodb',
  alarms: { email: 'team@example.org' },
  budget: { usdPerMonth: 20, email: 'team@example.org' },
});

describe('srag cost', () => {
  it('has a line for every deployed resource that AWS bills', async () => {
    const assumptions = {
      ...DEFAULT_ASSUMPTIONS,
      ...({ route: 'query', auth: 'jwt', kms: true, waf: true, documents: 1_000 } as const),
      ...({ cache: 'dynamodb', cacheHitRate: 0.1, provisioned: 1, canaryMinutes: 5 } as const),
    };
    const plan = planOf(assumptions);
    const created = { opensearch: { create: 'serverless' }, s3Vectors: { create: true } } as const;
    const { fixed, used } = serverUse(created, assumptions);
    const { lines } = projectMonth(
      { ...plan, fixed: [...(plan.fixed ?? []), ...fixed], used: [...(plan.used ?? []), ...used] },
      await loadPrices('us-east-1'),
    );
    const priced = lines.filter(({ usd }) => usd > 0).map(({ name }) => name);
    const keyed = new Synthesised({
      auth: { kind: 'api-key', requestsPerDay: 10 },
      canary: {},
      ...created,
    });
    for (const { template } of [EVERYTHING, keyed])
      for (const { Type } of Object.values(template.toJSON().Resources as Record<string, Properties>)) {
        const expected = LINES[Type];
        expect(expected, `${Type} is not known to be billed or free`).toBeDefined();
        if (expected !== FREE && Type !== 'AWS::Events::Rule')
          expect(priced, Type).toEqual(expect.arrayContaining([...expected!]));
      }
    expect(lines.map(({ name }) => name)).toContain('warmup.schedule');
  });

  it('assumes the alarm metrics, dashboards, firewall rules and trace sampling that are deployed', () => {
    const watched = EVERYTHING.all('AWS::CloudWatch::Alarm').map(({ Metrics }) =>
      Metrics === undefined
        ? 1
        : Metrics.filter(
            ({ MetricStat, Expression }: Properties) =>
              MetricStat !== undefined || /^SELECT /.test(Expression ?? ''),
          ).length,
    );
    // CloudWatch bills a query for every metric that it reads: one for each function, index kind and mode in
    // use.
    expect(watched.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(DEPLOYED.alarmMetrics);
    expect(DEPLOYED.alarmMetrics).toBeLessThan(watched.reduce((sum, count) => sum + count, 0) + 5);
    expect(EVERYTHING.all('AWS::CloudWatch::Dashboard')).toHaveLength(DEPLOYED.dashboards);
    expect(EVERYTHING.one('AWS::WAFv2::WebACL').Rules).toHaveLength(DEPLOYED.wafRules);
    expect(EVERYTHING.one('AWS::XRay::SamplingRule').SamplingRule).toMatchObject({
      FixedRate: DEPLOYED.tracedShare,
      ReservoirSize: 0,
    });
  });
});
