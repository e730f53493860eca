import { Duration } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS, search } from './metric-names.ts';
import type { MonitoredParts } from './monitored-parts.ts';
import type { ResolvedProps } from './resolve-props.ts';

const MINUTE = Duration.minutes(1);
const THIRD = 8;
const FULL = 24;

/** One page with requests, functions, latency and cost. */
export class DeploymentDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: ResolvedProps, parts: MonitoredParts) {
    super(scope, id);
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: props.name,
      defaultInterval: Duration.hours(3),
      widgets: [
        [
          new TextWidget({
            width: FULL,
            height: 1,
            markdown: `# ${props.name}: collection ${props.collection}, engine ${props.engine}`,
          }),
        ],
        callers(parts),
        functionWidgets(parts),
        ...(props.metrics === 'all' ? [stageWidgets(props.name)] : []),
        moneyWidgets(props, parts),
      ],
    });
  }
}

const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []): IWidget =>
  new GraphWidget({ title, width: THIRD, height: 6, left: [...left], right: [...right] });

function callers({ api }: MonitoredParts): IWidget[] {
  return [
    graph('Requests', [
      api.metricCount({ period: MINUTE }),
      api.metricClientError({ period: MINUTE }),
      api.metricServerError({ period: MINUTE }),
    ]),
    graph(
      'Answer time at the gateway (ms)',
      ['p50', 'p95', 'p99'].map((statistic) =>
        api.metricLatency({ period: MINUTE, statistic, label: statistic }),
      ),
    ),
  ];
}

function functionWidgets({ functions }: MonitoredParts): IWidget[] {
  const lambdas = functions.all.map(({ lambda, built }) => ({ lambda, label: built.name }));
  return [
    graph(
      'Invocations',
      lambdas.map(({ lambda, label }) => lambda.metricInvocations({ period: MINUTE, label })),
    ),
    graph(
      'Errors (left), throttles (right)',
      lambdas.map(({ lambda, label }) => lambda.metricErrors({ period: MINUTE, label })),
      lambdas.map(({ lambda, label }) => lambda.metricThrottles({ period: MINUTE, label })),
    ),
    graph(
      'Concurrent environments',
      lambdas.map(({ lambda, label }) =>
        lambda.metric('ConcurrentExecutions', { period: MINUTE, statistic: 'Maximum', label }),
      ),
    ),
  ];
}

/** A graph line for the whole deployment: the sum of a metric, or its mean over all requests. */
function one(deployment: string, aggregate: 'SUM' | 'AVG', metric: string): IMetric {
  const sumOf = (statistic: 'Sum' | 'SampleCount'): string =>
    `SUM(${search(metric, statistic, deployment, MINUTE.toSeconds())})`;
  return new MathExpression({
    expression: aggregate === 'SUM' ? sumOf('Sum') : `${sumOf('Sum')} / ${sumOf('SampleCount')}`,
    label: metric,
    period: MINUTE,
  });
}

/** One graph line per function, index kind and mode. */
const each = (deployment: string, metric: string, statistic: string): IMetric =>
  new MathExpression({
    expression: search(metric, statistic, deployment, MINUTE.toSeconds()),
    label: `${metric} ${statistic}`,
    period: MINUTE,
  });

function stageWidgets(name: string): IWidget[] {
  return [
    graph(
      'Stages, mean (ms)',
      METRICS.stages.map((stage) => one(name, 'AVG', stage)),
    ),
    graph('Total time and time to first token, p95 (ms)', [
      each(name, METRICS.total, 'p95'),
      each(name, METRICS.firstToken, 'p95'),
    ]),
    graph(
      'Storage: reads, waves (left), bytes (right)',
      [one(name, 'AVG', METRICS.storageReads), one(name, 'AVG', METRICS.storageWaves)],
      [one(name, 'AVG', METRICS.storageBytes)],
    ),
  ];
}

/**
 * Graphs of costs, cold starts and unfinished work. Metrics that the deployment does not keep get no graph.
 */
function moneyWidgets(
  { name, metrics }: ResolvedProps,
  { workflow, deadLetters }: MonitoredParts,
): IWidget[] {
  const isAll = metrics === 'all';
  return [
    ...(metrics === 'none'
      ? []
      : [
          graph(
            isAll ? 'Estimated cost by part (USD per minute)' : 'Estimated cost (USD per minute)',
            (isAll ? METRICS.costParts : [METRICS.cost]).map((part) => one(name, 'SUM', part)),
          ),
          graph(
            isAll ? 'Cold starts, cache hits (left), tokens (right)' : 'Cold starts, cache hits',
            [one(name, 'SUM', METRICS.coldStarts), one(name, 'SUM', METRICS.cacheHits)],
            isAll ? [one(name, 'SUM', METRICS.inputTokens), one(name, 'SUM', METRICS.outputTokens)] : [],
          ),
        ]),
    graph(
      'Query state machine, and unfinished work (right)',
      [
        workflow.metricStarted({ period: MINUTE }),
        workflow.metricFailed({ period: MINUTE }),
        workflow.metricTimedOut({ period: MINUTE }),
      ],
      deadLetters.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period: MINUTE })),
    ),
  ];
}
