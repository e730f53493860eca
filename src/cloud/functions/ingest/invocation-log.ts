import { problemOf } from '../../../api/http/index.ts';
import { Observer, type RequestRecord } from '../../../api/observability/index.ts';
import { type FunctionSettings, functionEnvironment, functionName } from '../environment.ts';
import { takeColdStart } from '../platform.ts';
import type { UnreadDocument } from './apply.ts';

/** The index version published at the end. */
export interface PublishedIndex {
  readonly kind: string;
  readonly version: string;
  readonly chunks: number;
}

/** Logs and metrics of an invocation: names and codes, never the text of a document. */
export class InvocationLog {
  readonly #observer: Observer;
  readonly #function: string;
  readonly #requestId: string;
  readonly #startedMs = performance.now();
  readonly #coldStart = takeColdStart();

  private constructor(observer: Observer, settings: FunctionSettings, requestId: string) {
    this.#observer = observer;
    this.#function = functionName(settings);
    this.#requestId = requestId;
  }

  static async open(settings: FunctionSettings, requestId: string): Promise<InvocationLog> {
    const observer = new Observer({
      service: settings.SRAG_SERVICE,
      logText: settings.SRAG_LOG_TEXT === '1',
      metrics: settings.SRAG_METRICS,
    });
    await observer.prepare();
    return new InvocationLog(observer, settings, requestId);
  }

  warn(message: string, details: Readonly<Record<string, unknown>>): void {
    this.#observer.warn(message, { requestId: this.#requestId, function: this.#function, ...details });
  }

  /** Logs a document that could not be ingested in this attempt. */
  redelivered(facts: Readonly<Record<string, unknown>>): void {
    this.warn('A document could not be ingested; its message will be delivered again.', facts);
  }

  /** Logs a message that is moved to the dead letters. */
  deadLettered(facts: Readonly<Record<string, unknown>>): void {
    this.warn('A message cannot be handled; it is moved to the dead-letter queue.', facts);
  }

  /**
   * Logs a successful invocation and its unreadable documents. They are not logged earlier, because a failure
   * to publish repeats the work and would log them again.
   */
  succeeded(unread: readonly UnreadDocument[], index: PublishedIndex | undefined): void {
    for (const document of unread) this.warn('A document could not be read.', { ...document });
    void this.#observer.recordRequest({
      ...this.#record(200),
      failedDocuments: unread.length,
      ...(index === undefined ? {} : { index }),
    });
  }

  /** Logs a failed invocation. */
  failed(error: unknown): void {
    const { status } = problemOf(error, this.#requestId);
    void this.#observer.recordRequest({ ...this.#record(status), error });
  }

  #record(status: number): RequestRecord {
    return {
      function: this.#function,
      requestId: this.#requestId,
      // Lambda updates this variable for each invocation.
      traceHeader: functionEnvironment()._X_AMZN_TRACE_ID,
      status,
      coldStart: this.#coldStart !== undefined,
      initMs: this.#coldStart?.initMs,
      stages: {},
      totalMs: performance.now() - this.#startedMs,
    };
  }
}
