import data from './metrics.json' with { type: 'json' };

export type MetricName = keyof typeof data.metrics;
export type MetricUnit = 'Milliseconds' | 'Count' | 'Bytes' | 'None';

/** A metric of requests. */
export interface MetricDefinition {
  readonly unit: MetricUnit;
  readonly what: string;
  /** Whether it stays a metric under `essential`. */
  readonly essential?: boolean;
  /** For costs: the kind of cost line that it sums. */
  readonly kind?: string;
}

/** CloudWatch namespace of the metrics. */
export const METRIC_NAMESPACE = data.namespace;
/** The only set of dimensions, in this order; every metric has all of them. */
export const METRIC_DIMENSIONS = data.dimensions;
/** All metrics, from `metrics.json`, which dashboards and alarms read, too. */
export const METRIC_DEFINITIONS = data.metrics as Readonly<Record<MetricName, MetricDefinition>>;
export const METRIC_NAMES = Object.keys(data.metrics) as readonly MetricName[];
