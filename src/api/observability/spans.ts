import { SragError } from '../../core/index.ts';

/** Values that a span may carry: numbers, flags, ids and names, never texts of people. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Where every copy of OpenTelemetry's API keeps what an SDK has registered with it. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

/**
 * Runs work inside a span of OpenTelemetry. Where no SDK is registered in this process the work runs alone and the API is
 * not even loaded. A failure marks the span with the error's code, not with its words.
 */
export async function withSpan<T>(
  name: string,
  attributes: SpanAttributes,
  work: () => Promise<T>,
): Promise<T> {
  if (!(REGISTERED in globalThis)) return work();
  const { SpanStatusCode, trace } = await import('@opentelemetry/api');
  return trace.getTracer('srag').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setAttribute('error.type', error instanceof SragError ? error.code : 'INTERNAL');
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
