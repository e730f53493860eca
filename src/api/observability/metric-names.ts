import data from './metrics.json' with { type: 'json' };

export type MetricName = keyof typeof data.metrics;
export type MetricUnit = 'Milliseconds' | 'Count' | 'Bytes' | 'None';

/** A metric that requests are recorded by. */
export interface MetricDefinition {
  readonly unit: MetricUnit;
  readonly what: string;
  /** Whether it is a metric also where only the essential ones are. */
  readonly essential?: boolean;
  /** Of costs: the kind of line that it sums. */
  readonly kind?: string;
}

/** CloudWatch namespace of the metrics. */
export const METRIC_NAMESPACE = data.namespace;
/** The one set of dimensions that every metric has, in this order. */
export const METRIC_DIMENSIONS = data.dimensions;
/** Every metric, as `metrics.json` has it for dashboards, alarms and whatever is no program of srag's. */
export const METRIC_DEFINITIONS = data.metrics as Readonly<Record<MetricName, MetricDefinition>>;
export const METRIC_NAMES = Object.keys(data.metrics) as readonly MetricName[];
