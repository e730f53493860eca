import { problemOf } from '../../../api/http/index.ts';
import { Observer, type RequestRecord } from '../../../api/observability/index.ts';
import { type FunctionSettings, functionEnvironment, functionName } from '../environment.ts';
import { takeColdStart } from '../platform.ts';
import type { UnreadDocument } from './apply.ts';

/** The index version that is published in the end. */
export interface PublishedIndex {
  readonly kind: string;
  readonly version: string;
  readonly chunks: number;
}

/** What an invocation tells the log and the metrics: names and codes, never a word of a document. */
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

  /** A document that could not be taken now. */
  comesAgain(facts: Readonly<Record<string, unknown>>): void {
    this.warn('A document could not be taken; its message is delivered again.', facts);
  }

  /** A message that goes to the dead letters. */
  putAside(facts: Readonly<Record<string, unknown>>): void {
    this.warn('A message cannot be handled; it is put among the dead letters.', facts);
  }

  /**
   * The end of an invocation that succeeded. Documents that could not be read are told of here and not before: where
   * publishing fails, everything is delivered again, and each is to be told of once.
   */
  succeeded(unread: readonly UnreadDocument[], index: PublishedIndex | undefined): void {
    for (const document of unread) this.warn('A document could not be read.', { ...document });
    void this.#observer.recordRequest({
      ...this.#record(200),
      failedDocuments: unread.length,
      ...(index === undefined ? {} : { index }),
    });
  }

  /** The end of one that failed. */
  failed(error: unknown): void {
    const { status } = problemOf(error, this.#requestId);
    void this.#observer.recordRequest({ ...this.#record(status), error });
  }

  #record(status: number): RequestRecord {
    return {
      function: this.#function,
      requestId: this.#requestId,
      // Lambda sets it anew for each invocation.
      traceHeader: functionEnvironment()._X_AMZN_TRACE_ID,
      status,
      coldStart: this.#coldStart !== undefined,
      initMs: this.#coldStart?.initMs,
      stages: {},
      totalMs: performance.now() - this.#startedMs,
    };
  }
}
