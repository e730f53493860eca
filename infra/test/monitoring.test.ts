import { describe, expect, it } from 'vitest';
import { METRICS } from '../src/metric-names.ts';
import { type Properties, Synthesised } from './support/synthesise.ts';

const rag = new Synthesised({ alarms: { email: 'team@example.org', costUsdPerHour: 2, p95Ms: 4_000 } });

describe('alarms', () => {
  const alarms = rag.all('AWS::CloudWatch::Alarm');
  const about = (words: string): Properties =>
    alarms.find(({ AlarmDescription }) => AlarmDescription.includes(words));

  it('notify a topic', () => {
    expect(alarms).toHaveLength(10);
    const topic = expect.objectContaining({ Ref: expect.stringContaining('Topic') });
    for (const { AlarmActions } of alarms) expect(AlarmActions).toEqual([topic]);
    expect(rag.one('AWS::SNS::Subscription')).toMatchObject({
      Protocol: 'email',
      Endpoint: 'team@example.org',
    });
  });

  it('may publish to the topic, from this account only', () => {
    const { Statement } = rag.one('AWS::SNS::TopicPolicy').PolicyDocument;
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
  });

  it('do not fire without requests', () => {
    for (const { TreatMissingData } of alarms) expect(TreatMissingData).toBe('notBreaching');
  });

  it('watch the hourly cost estimated by the functions', () => {
    const { Metrics, Threshold } = about('US dollars');
    expect(Threshold).toBe(2);
    // The values of the dimensions are not known in advance, so one query sums over all of them.
    expect(Metrics[0]).toMatchObject({
      Expression: `SELECT SUM("CostUsd") FROM SCHEMA("srag", "service", "function", "indexKind", "mode") WHERE "service" = 'demo'`,
      Period: 3_600,
    });
  });

  it('watch the 95th percentile of response times, and the errors and throttles of every function', () => {
    expect(about('95th')).toMatchObject({
      ExtendedStatistic: 'p95',
      Threshold: 4_000,
      Namespace: 'AWS/ApiGateway',
    });
    const functions = rag.all('AWS::Lambda::Function').length;
    for (const words of ['failed invocations', 'throttled']) {
      const { Metrics } = about(words);
      expect(Metrics.filter(({ MetricStat }: Properties) => MetricStat !== undefined)).toHaveLength(
        functions,
      );
    }
  });

  it('watch every dead-letter queue', () => {
    const { Metrics } = about('could not be handled');
    expect(Metrics.filter(({ MetricStat }: Properties) => MetricStat !== undefined)).toHaveLength(2);
  });

  it('do not watch metrics that CloudWatch does not keep', () => {
    const without = new Synthesised({ metrics: 'none' });
    const watched = without.all('AWS::CloudWatch::Alarm').map(({ AlarmDescription }) => AlarmDescription);
    expect(watched).toHaveLength(8);
    expect(watched.join()).not.toContain('US dollars');
    for (const { Environment } of without.all('AWS::Lambda::Function'))
      if (Environment.Variables.SRAG_SERVICE !== undefined)
        expect(Environment.Variables.SRAG_METRICS).toBe('none');
  });

  it('watch failed documents and failed executions of the ingest, if it is deployed', () => {
    expect(about('could not be read').Metrics[0].Expression).toMatch(/^SELECT SUM\("FailedDocuments"\)/);
    const names = (of: Synthesised): string => JSON.stringify(of.all('AWS::CloudWatch::Alarm'));
    expect(names(rag)).toContain('executions of the ingest state machine');
    expect(names(new Synthesised({ ingest: false }))).not.toMatch(/FailedDocuments|ingest state machine/);
  });

  it('can be disabled', () => {
    const without = new Synthesised({ alarms: false });
    for (const type of ['AWS::CloudWatch::Alarm', 'AWS::SNS::Topic'])
      without.template.resourceCountIs(type, 0);
  });
});

describe('dashboard and queries', () => {
  it('show stages, cost, storage and cold starts by the metric names of the functions', () => {
    const bodyOf = (of: Synthesised): string =>
      JSON.stringify(of.one('AWS::CloudWatch::Dashboard').DashboardBody);
    const body = bodyOf(new Synthesised({ metrics: 'all' }));
    for (const name of [...METRICS.stages, ...METRICS.costParts, METRICS.firstToken, METRICS.storageReads])
      expect(body).toContain(name);
    // Every SEARCH expression is restricted to this deployment.
    expect(body.match(/SEARCH\(/g)?.length).toBe(body.match(/service=\\+"demo/g)?.length);
    // A widget may contain one query of Metrics Insights; GetMetricData accepts one per request.
    expect(body).not.toContain('SELECT ');
    // No graph shows a metric that CloudWatch does not keep.
    expect(bodyOf(rag)).toContain(METRICS.cost);
    for (const name of [...METRICS.stages, ...METRICS.costParts, METRICS.inputTokens])
      expect(bodyOf(rag)).not.toContain(name);
    expect(bodyOf(new Synthesised({ metrics: 'none' }))).not.toContain(METRICS.cost);
  });

  it("include saved queries over every function of the deployment, in the deployment's folder", () => {
    const queries = rag.all('AWS::Logs::QueryDefinition');
    expect(queries.map(({ Name }) => Name)).toEqual(
      queries.map(() => expect.stringMatching(/^srag\/demo\//)),
    );
    expect(queries.length).toBeGreaterThanOrEqual(6);
    for (const { QueryString, LogGroupNames } of queries) {
      expect(QueryString).toMatch(/stats /);
      expect(LogGroupNames).toHaveLength(6);
    }
  });
});

describe('budget and tags', () => {
  it("include a monthly budget for the deployment's tag, which sends emails at 50, 80 and 100 % of its amount", () => {
    const one = new Synthesised({ budget: { usdPerMonth: 20, email: 'team@example.org' } });
    const { Budget, NotificationsWithSubscribers } = one.one('AWS::Budgets::Budget');
    expect(Budget).toMatchObject({
      BudgetLimit: { Amount: 20, Unit: 'USD' },
      CostFilters: { TagKeyValue: ['user:srag:deployment$demo'] },
    });
    expect(
      NotificationsWithSubscribers.map(({ Notification }: Properties) => Notification.Threshold),
    ).toEqual([50, 80, 100]);
    rag.template.resourceCountIs('AWS::Budgets::Budget', 0);
  });

  it('mark every taggable resource with the deployment and the configured tags', () => {
    const one = new Synthesised({ tags: { team: 'search' } });
    for (const type of [
      'AWS::Lambda::Function',
      'AWS::S3::Bucket',
      'AWS::SQS::Queue',
      'AWS::ApiGateway::RestApi',
    ]) {
      for (const { Tags } of one.all(type)) {
        expect(Tags).toContainEqual({ Key: 'srag:deployment', Value: 'demo' });
        expect(Tags).toContainEqual({ Key: 'team', Value: 'search' });
      }
    }
  });
});
