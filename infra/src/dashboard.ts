import { Duration } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS } from './metric-names.ts';
import type { MonitoredParts } from './monitored-parts.ts';
import type { ResolvedProps } from './resolve-props.ts';

const MINUTE = Duration.minutes(1);
const THIRD = 8;
const FULL = 24;

/** One page: what callers see, what functions do, where the time and the money go. */
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
        stageWidgets(props.name),
        moneyWidgets(props.name, parts),
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
      'Environments at once',
      lambdas.map(({ lambda, label }) =>
        lambda.metric('ConcurrentExecutions', { period: MINUTE, statistic: 'Maximum', label }),
      ),
    ),
  ];
}

function own(deployment: string, metricName: string, statistic: string, label = metricName): Metric {
  return new Metric({
    namespace: METRICS.namespace,
    metricName,
    dimensionsMap: { [METRICS.dimension]: deployment },
    statistic,
    period: MINUTE,
    label,
  });
}

function stageWidgets(name: string): IWidget[] {
  return [
    graph(
      'Stages, p95 (ms)',
      METRICS.stages.map((stage) => own(name, stage, 'p95')),
    ),
    graph('First token and whole answer, p50 and p95 (ms)', [
      own(name, METRICS.firstTokenMs, 'p50', 'first token p50'),
      own(name, METRICS.firstTokenMs, 'p95', 'first token p95'),
      own(name, METRICS.totalMs, 'p50', 'whole p50'),
      own(name, METRICS.totalMs, 'p95', 'whole p95'),
    ]),
    graph(
      'Storage: reads, waves (left), bytes (right)',
      [own(name, METRICS.storageReads, 'Average'), own(name, METRICS.storageWaves, 'Average')],
      [own(name, METRICS.storageBytes, 'Average')],
    ),
  ];
}

function moneyWidgets(name: string, { workflow, deadLetters }: MonitoredParts): IWidget[] {
  return [
    graph(
      'Estimated cost (USD a minute), cold starts and cache hits (right)',
      [own(name, METRICS.costUsd, 'Sum')],
      [own(name, METRICS.coldStarts, 'Sum'), own(name, METRICS.cacheHits, 'Sum')],
    ),
    graph('Tokens', [own(name, METRICS.inputTokens, 'Sum'), own(name, METRICS.outputTokens, 'Sum')]),
    graph(
      'State machine, and what was left undone (right)',
      [
        workflow.metricStarted({ period: MINUTE }),
        workflow.metricFailed({ period: MINUTE }),
        workflow.metricTimedOut({ period: MINUTE }),
      ],
      deadLetters.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period: MINUTE })),
    ),
  ];
}
