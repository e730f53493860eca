import { messageOf } from '../../core/index.ts';
import type { KeptMetrics } from '../cost/index.ts';
import { levelOf, logFields } from './log-fields.ts';
import { METRIC_DEFINITIONS, type MetricName } from './metric-names.ts';
import { metricValues } from './metric-values.ts';
import type { LineWriter, MetricBlob } from './powertools.ts';
import type { RequestRecord } from './record.ts';
import { BoundedNames, safeId, safeMode, traceIdOf } from './safe-words.ts';

export interface ObserverOptions {
  /** Name of the deployment: the dimension `service`. */
  readonly service: string;
  /** Whether questions, answers and error messages may be logged (`SRAG_LOG_TEXT=1`). */
  readonly logText: boolean;
  /**
   * Which values become CloudWatch metrics. Each metric is billed per month and combination of dimensions.
   * The other values become properties of the same line, under the same names, for Logs Insights. With
   * `none`, all values are fields of the log line and no EMF is written. Default `all`.
   */
  readonly metrics?: KeptMetrics | undefined;
}

/** Maximum number of functions, and of index kinds, that have their own dimension value. */
const MAX_NAMES = 16;

/**
 * Records requests: one EMF line and one log line each, through Powertools, which `prepare` or the first record loads.
 * Never throws: a request must not fail because of its record.
 */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #functions = new BoundedNames(MAX_NAMES);
  readonly #kinds = new BoundedNames(MAX_NAMES);
  readonly #recorded = new WeakSet<RequestRecord>();
  #loading: Promise<void> | undefined;
  #writer: LineWriter | undefined;

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  /** Loads Powertools; call it in parallel with other work. */
  prepare(): Promise<void> {
    this.#loading ??= import('./powertools.ts').then(
      ({ createPowertools }) => {
        this.#writer = createPowertools(this.#options.service);
      },
      (error: unknown) => process.stderr.write(`Powertools cannot be loaded: ${messageOf(error)}\n`),
    ) as Promise<void>;
    return this.#loading;
  }

  /** Writes the lines of a request, only once if called repeatedly. Synchronous if Powertools is loaded. */
  recordRequest(record: RequestRecord): void | Promise<void> {
    if (this.#recorded.has(record)) return;
    this.#recorded.add(record);
    if (this.#writer === undefined) return this.prepare().then(() => this.#write(record));
    this.#write(record);
  }

  /** Writes a log line that belongs to no request, for the operator. The line must not contain user text. */
  warn(message: string, details: Readonly<Record<string, unknown>> = {}): void {
    const write = (): void => this.#safely(() => this.#writer?.log('warn', message, details));
    if (this.#writer === undefined) void this.prepare().then(write);
    else write();
  }

  #write(record: RequestRecord): void {
    const { metrics, logText } = this.#options;
    if (metrics !== 'none') this.#safely(() => this.#writer?.emit(this.#metricsOf(record)));
    this.#safely(() => {
      const values = metrics === 'none' ? Object.fromEntries(metricValues(record)) : {};
      this.#writer?.log(levelOf(record), 'request', { ...logFields(record, logText), ...values });
    });
  }

  #metricsOf(record: RequestRecord): MetricBlob {
    const values = [...metricValues(record)];
    const isMetric = (name: MetricName): boolean =>
      this.#options.metrics !== 'essential' || METRIC_DEFINITIONS[name].essential === true;
    const ids = {
      requestId: safeId(record.requestId),
      traceId: traceIdOf(record.traceHeader),
      indexVersion: safeId(record.index?.version),
      priceTable: safeId(record.cost?.priceTable.replace('+', '-')),
    };
    return {
      dimensions: {
        function: this.#functions.of(record.function),
        indexKind: this.#kinds.of(record.index?.kind),
        mode: safeMode(record.mode),
      },
      metrics: new Map(values.filter(([name]) => isMetric(name))),
      properties: {
        ...Object.fromEntries(Object.entries(ids).filter((entry) => entry[1] !== undefined)),
        ...Object.fromEntries(values.filter(([name]) => !isMetric(name))),
      } as MetricBlob['properties'],
    };
  }

  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      process.stderr.write(`A record was not written: ${error instanceof Error ? error.name : 'unknown'}\n`);
    }
  }
}
