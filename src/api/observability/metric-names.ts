import data from './metrics.json' with { type: 'json' };

export type MetricName = keyof typeof data.metrics;
export type MetricUnit = 'Milliseconds' | 'Count' | 'Bytes' | 'None';

/** A metric of requests. */
export interface MetricDefinition {
  readonly unit: MetricUnit;
  readonly what: string;
  /** Whether the metric is stored when only `essential` metrics are stored. */
  readonly essential?: boolean;
  /** For cost metrics: the kind of cost line that the metric sums. */
  readonly kind?: string;
}

/** CloudWatch namespace of the metrics. */
export const METRIC_NAMESPACE = data.namespace;
/** Dimensions of every metric, in this order; there is no other set of dimensions. */
export const METRIC_DIMENSIONS = data.dimensions;
/** All metrics, from `metrics.json`, which dashboards and alarms also read. */
export const METRIC_DEFINITIONS = data.metrics as Readonly<Record<MetricName, MetricDefinition>>;
export const METRIC_NAMES = Object.keys(data.metrics) as readonly MetricName[];
