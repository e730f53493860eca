import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { printable } from '../../core/index.ts';
import { METRIC_DEFINITIONS, METRIC_DIMENSIONS, METRIC_NAMESPACE, type MetricName } from './metric-names.ts';

/** One request as metrics in EMF: a line of JSON that CloudWatch converts to metrics. */
export interface MetricBlob {
  /** Values of all dimensions except `service`. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: ReadonlyMap<MetricName, number>;
  /** Searchable fields of the line that are not metrics. */
  readonly properties: Readonly<Record<string, string | number>>;
}

/** Writes lines to stdout. */
export interface LineWriter {
  log(level: 'info' | 'warn' | 'error', message: string, fields: Readonly<Record<string, unknown>>): void;
  emit(blob: MetricBlob): void;
}

const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** Creates Powertools' logger and metrics, configured for srag. */
export function createPowertools(serviceName: string): LineWriter {
  const logger = new Logger({
    serviceName,
    // JSON does not escape C1 control characters, and people read logs in terminals.
    jsonReplacerFn: (_, value) => (typeof value === 'string' ? printable(value) : value),
  });
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName, logger: SILENT });
  return {
    log: (level, message, fields) => logger[level](message, { ...fields }),
    emit: ({ dimensions, metrics: values, properties }) => {
      for (const name of METRIC_DIMENSIONS)
        if (name !== 'service') metrics.addDimension(name, dimensions[name] ?? 'none');
      for (const [name, value] of values) metrics.addMetric(name, METRIC_DEFINITIONS[name].unit, value);
      // The declared type requires a string, but Logs Insights can calculate only with numbers.
      for (const [name, value] of Object.entries(properties)) metrics.addMetadata(name, value as string);
      metrics.publishStoredMetrics();
    },
  };
}
