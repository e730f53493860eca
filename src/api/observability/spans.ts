import { SragError } from '../../core/index.ts';

/** Attributes of a span: numbers, flags, ids and names, never user text. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Global key under which all copies of OpenTelemetry's API find the registered SDK. */
const OTEL_GLOBAL = Symbol.for('opentelemetry.js.api.1');

/**
 * Runs work inside an OpenTelemetry span. If no SDK is registered in this process, the work runs without a
 * span and the API is not loaded. A failure marks the span with the error's code, not its message.
 */
export async function withSpan<T>(
  name: string,
  attributes: SpanAttributes,
  work: () => Promise<T>,
): Promise<T> {
  if (!(OTEL_GLOBAL in globalThis)) return work();
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
