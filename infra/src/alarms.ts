import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps as CfnAlarmProps,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { insightsSum, METRICS } from './metric-names.ts';
import type { MonitoredParts } from './monitored-parts.ts';
import type { AlarmProps } from './props.ts';
import type { ResolvedProps } from './resolve-props.ts';

const FIVE_MINUTES = Duration.minutes(5);
const DEFAULT_COST_USD_PER_HOUR = 5;
const DEFAULT_P95_MS = 10_000;
/** A document that waits longer is a sign that a service on which `ingest` depends has failed. */
const WAITING_SECONDS = 900;

/** Alarms for errors, throttles, latency, cost and unfinished work, and the SNS topic that they notify. */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly all: readonly Alarm[];

  constructor(
    scope: Construct,
    id: string,
    props: ResolvedProps,
    settings: AlarmProps,
    parts: MonitoredParts,
  ) {
    super(scope, id);
    const { data, api, functions, workflow, ingest, documents, canary, deadLetters } = parts;
    this.topic = new Topic(this, 'Topic', {
      topicName: `${props.name}-alarms`,
      enforceSSL: true,
      ...(data.key === undefined ? {} : { masterKey: data.key }),
    });
    // `enforceSSL` replaces the topic's default policy, which allows the account to publish. Allow it again.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (settings.email !== undefined) {
      this.topic.addSubscription(new EmailSubscription(settings.email));
      acknowledge(this.topic, {
        'Serverless-SNSRedrivePolicy':
          'A dead-letter queue cannot resend an email that bounced, and CloudWatch keeps the state of the alarm.',
      });
    }
    const { costUsdPerHour = DEFAULT_COST_USD_PER_HOUR, p95Ms = DEFAULT_P95_MS } = settings;
    const sum = (name: string, metrics: readonly IMetric[]): IMetric => total(name, metrics);
    const lambdas = functions.all.map(({ lambda }) => lambda);
    this.all = [
      this.#alarm('ApiFaults', 'responses with status 5xx within five minutes', {
        metric: api.metricServerError({ period: FIVE_MINUTES, statistic: 'Sum' }),
        threshold: 5,
      }),
      this.#alarm('FunctionErrors', 'failed invocations within five minutes', {
        metric: sum(
          'errors',
          lambdas.map((lambda) => lambda.metricErrors({ period: FIVE_MINUTES })),
        ),
        threshold: 5,
      }),
      this.#alarm('FunctionThrottles', 'invocations that Lambda throttled within five minutes', {
        metric: sum(
          'throttles',
          lambdas.map((lambda) => lambda.metricThrottles({ period: FIVE_MINUTES })),
        ),
        threshold: 10,
      }),
      this.#alarm('WorkflowFailures', 'failed executions of the state machine within five minutes', {
        metric: sum('failures', failuresOf(workflow)),
        threshold: 5,
      }),
      this.#alarm('SlowAnswers', '95th percentile of response times in milliseconds', {
        metric: api.metricLatency({ period: FIVE_MINUTES, statistic: 'p95' }),
        threshold: p95Ms,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
      }),
      this.#alarm('LeftUndone', 'messages and events that could not be handled', {
        metric: sum(
          'dead',
          deadLetters.map((queue) =>
            queue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES, statistic: 'Maximum' }),
          ),
        ),
        threshold: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      }),
      ...(ingest === undefined
        ? []
        : [
            this.#alarm('IngestFailures', 'failed executions of the ingest state machine', {
              metric: sum('failures', failuresOf(ingest)),
              threshold: 0,
            }),
          ]),
      ...(documents === undefined
        ? []
        : [
            this.#alarm('DocumentsWait', 'seconds that a document has waited to be ingested', {
              metric: documents.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES }),
              threshold: WAITING_SECONDS,
            }),
          ]),
      ...(canary === undefined
        ? []
        : [
            this.#alarm('CanaryFailures', 'percentage of canary questions that are answered', {
              metric: canary.metricSuccessPercent({ period: Duration.minutes(15) }),
              threshold: 60,
              comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
            }),
          ]),
      // Alarms on srag's own metrics.
      ...(props.metrics === 'none'
        ? []
        : [
            this.#alarm('CostPerHour', 'estimated US dollars per hour', {
              metric: ownSum(METRICS.cost, props.name, Duration.hours(1)),
              threshold: costUsdPerHour,
            }),
            ...(ingest === undefined
              ? []
              : [
                  this.#alarm('FailedDocuments', 'documents that could not be read', {
                    metric: ownSum(METRICS.failedDocuments, props.name, FIVE_MINUTES),
                    threshold: 0,
                  }),
                ]),
          ]),
    ];
  }

  #alarm(
    id: string,
    what: string,
    {
      evaluationPeriods = 1,
      ...rest
    }: Omit<CfnAlarmProps, 'evaluationPeriods'> & { evaluationPeriods?: number },
  ): Alarm {
    const alarm = new Alarm(this, id, {
      alarmDescription: `${what}; threshold ${rest.threshold}`,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      // Data is missing when there are no requests, which is not a problem.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      evaluationPeriods,
      ...rest,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    return alarm;
  }
}

const failuresOf = (stateMachine: StateMachine): readonly IMetric[] => [
  stateMachine.metricFailed({ period: FIVE_MINUTES }),
  stateMachine.metricTimedOut({ period: FIVE_MINUTES }),
];

/** The sum of one of srag's own metrics over the whole deployment. */
const ownSum = (metric: string, deployment: string, period: Duration): MathExpression =>
  new MathExpression({ expression: insightsSum(metric, deployment), label: metric, period });

/** Combines metrics into one sum. */
function total(name: string, metrics: readonly IMetric[]): MathExpression {
  const named = Object.fromEntries(metrics.map((metric, position) => [`${name}${position}`, metric]));
  return new MathExpression({
    expression: `SUM([${Object.keys(named).join(', ')}])`,
    usingMetrics: named,
    label: name,
    period: FIVE_MINUTES,
  });
}
