import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { withSpan } from '../../../../src/api/observability/index.ts';
import { SragError } from '../../../../src/core/index.ts';

/** Registers a real SDK, as a Lambda layer does. */
function register(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return exporter;
}

afterEach(() => {
  trace.disable();
  context.disable();
});

describe('a span', () => {
  it('encloses the work and is a child of the active span', async () => {
    const exporter = register();
    const result = await withSpan('srag.retrieve', { mode: 'vector' }, () =>
      withSpan('srag.search', { hits: 5 }, async () => 42),
    );
    expect(result).toBe(42);
    const [search, retrieve] = exporter.getFinishedSpans();
    expect(search).toMatchObject({ name: 'srag.search', attributes: { hits: 5 } });
    expect(retrieve).toMatchObject({ name: 'srag.retrieve', attributes: { mode: 'vector' } });
    expect(search?.parentSpanContext?.spanId).toBe(retrieve?.spanContext().spanId);
    expect(search?.instrumentationScope.name).toBe('srag');
  });

  it("carries an error's code, not its message", async () => {
    const exporter = register();
    const error = new SragError('THROTTLED', 'The question CANARY was too much.');
    await expect(withSpan('srag.embed', {}, () => Promise.reject(error))).rejects.toBe(error);
    await expect(withSpan('srag.embed', {}, () => Promise.reject(new Error('CANARY')))).rejects.toThrow();
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ attributes, status }) => [attributes['error.type'], status.code])).toEqual([
      ['THROTTLED', 2],
      ['INTERNAL', 2],
    ]);
    const all = spans.map(({ name, attributes, status, events }) =>
      JSON.stringify({ name, attributes, status, events }),
    );
    expect(all.join('')).not.toContain('CANARY');
  });

  it('is not created without an SDK; the work still returns its result or throws its error', async () => {
    expect(await withSpan('srag.embed', {}, async () => 7)).toBe(7);
    await expect(withSpan('srag.embed', {}, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  });
});
