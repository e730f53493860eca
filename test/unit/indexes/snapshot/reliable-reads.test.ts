import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ErrorCode, SragError } from '../../../../src/core/index.ts';
import { ReadMeter } from '../../../../src/indexes/snapshot/reading/read-meter.ts';
import {
  ReliableReads,
  type RetrySettings,
} from '../../../../src/indexes/snapshot/reading/reliable-reads.ts';

/** The outcome of one request. */
type Step =
  | { readonly kind: 'bytes'; readonly length: number; readonly afterMs?: number }
  | { readonly kind: 'error'; readonly error: Error; readonly afterMs?: number }
  | { readonly kind: 'stall' };

const RANGE = { offset: 0, length: 8 };
const RETRY: RetrySettings = { attempts: 4, deadlineMs: 10_000, backoffMs: 20, hedgeAfterMs: 200 };
const whole: Step = { kind: 'bytes', length: 8 };
const failing = (code: ErrorCode): Step => ({ kind: 'error', error: new SragError(code, 'told so') });
const reset: Step = {
  kind: 'error',
  error: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
};

/** A source whose requests have these outcomes in order. Further requests never end. */
class ScriptedSource {
  readonly signals: AbortSignal[] = [];
  readonly #steps: readonly Step[];
  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }
  get requests(): number {
    return this.signals.length;
  }
  read(_: string, { signal }: { signal?: AbortSignal } = {}): Promise<{ bytes: Uint8Array; etag: string }> {
    const step = this.#steps[this.signals.length] ?? { kind: 'stall' };
    this.signals.push(signal!);
    return new Promise((resolve, reject) => {
      if (step.kind === 'stall') return;
      const finish = (): void =>
        step.kind === 'error'
          ? reject(step.error)
          : resolve({ bytes: new Uint8Array(step.length), etag: 'e' });
      if (step.afterMs === undefined) finish();
      else setTimeout(finish, step.afterMs);
    });
  }
}

/** The outcome of a read once the fake clock has advanced far enough. */
async function ending(
  source: ScriptedSource,
  options: { retry?: Partial<RetrySettings>; signal?: AbortSignal; meter?: ReadMeter; whole?: boolean } = {},
): Promise<{ bytes?: number; code?: string; error?: SragError; ms: number }> {
  const { retry, signal, meter = new ReadMeter() } = options;
  const startedMs = performance.now();
  const range = options.whole ? undefined : RANGE;
  const end = new ReliableReads(source, { ...RETRY, ...retry }).read('key', range, meter, signal).then(
    ({ bytes }) => ({ bytes: bytes.length, ms: performance.now() - startedMs }),
    (error: SragError) => ({ code: error.code, error, ms: performance.now() - startedMs }),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  return end;
}

describe('ReliableReads', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['an unavailable service', [failing('STORAGE_UNAVAILABLE')]],
    ['a service that slows down', [failing('THROTTLED'), failing('THROTTLED')]],
    ['a connection that was reset', [reset]],
    ['a body that was cut', [{ kind: 'bytes', length: 3 }]],
    ['a body that is too long', [{ kind: 'bytes', length: 9 }]],
    ['several failures in sequence', [reset, { kind: 'bytes', length: 0 }, failing('STORAGE_UNAVAILABLE')]],
  ] as const)('recovers from %s', async (_, faults) => {
    const source = new ScriptedSource([...(faults as readonly Step[]), whole]);
    expect(await ending(source)).toMatchObject({ bytes: 8 });
    expect(source.requests).toBe(faults.length + 1);
  });

  it('backs off exponentially between requests, with jitter', async () => {
    const source = new ScriptedSource([reset, reset, reset, whole]);
    const { ms } = await ending(source);
    // Jitter multiplies the waits of 20, 40 and 80 ms by 0.5 to 1.5.
    expect(ms).toBeGreaterThanOrEqual(70);
    expect(ms).toBeLessThanOrEqual(210);
  });

  it('sends a hedged request if no response arrives, uses the first response and cancels the other request', async () => {
    const source = new ScriptedSource([{ kind: 'stall' }, { ...whole, afterMs: 30 }]);
    expect(await ending(source)).toEqual({ bytes: 8, ms: 230 });
    expect(source.requests).toBe(2);
    expect(source.signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it('uses the response of the first request if it arrives before the response of the hedged request', async () => {
    const source = new ScriptedSource([{ ...whole, afterMs: 250 }, { kind: 'stall' }]);
    expect(await ending(source)).toEqual({ bytes: 8, ms: 250 });
  });

  it('adapts hedging to the measured latency, so that a slow service gets no duplicate requests', async () => {
    const source = new ScriptedSource(Array.from({ length: 40 }, () => ({ ...whole, afterMs: 190 })));
    const reads = new ReliableReads(source, RETRY);
    for (let read = 0; read < 5; read++) {
      const end = reads.read('key', RANGE, new ReadMeter());
      await vi.advanceTimersByTimeAsync(1_000);
      await end;
    }
    const slower = new ScriptedSource([{ ...whole, afterMs: 500 }]);
    Object.assign(source, { read: slower.read.bind(slower) });
    const end = reads.read('key', RANGE, new ReadMeter());
    await vi.advanceTimersByTimeAsync(1_000);
    await end;
    expect([source.requests, slower.requests]).toEqual([5, 1]);
  });

  it.each([
    'ACCESS_DENIED',
    'OBJECT_NOT_FOUND',
    'CREDENTIALS_MISSING',
    'BUCKET_MISSING',
    'NOT_MODIFIED',
  ] as const)('does not retry %s', async (code) => {
    const source = new ScriptedSource([failing(code), whole]);
    expect(await ending(source)).toMatchObject({ code, ms: 0 });
    expect(source.requests).toBe(1);
  });

  it('reports an object as damaged if it is shorter than a requested range', async () => {
    expect(await ending(new ScriptedSource([failing('INVALID_ARGUMENT')]))).toMatchObject({
      code: 'DAMAGED_STORE',
    });
    const source = new ScriptedSource([failing('INVALID_ARGUMENT')]);
    expect(await ending(source, { whole: true })).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('reports the number of attempts and the last cause if all attempts fail', async () => {
    const source = new ScriptedSource([reset, reset, reset, reset, whole]);
    const { code, error } = await ending(source);
    expect(code).toBe('STORAGE_UNAVAILABLE');
    expect(error).toMatchObject({ fields: { key: 'key', attempts: 4 }, cause: { code: 'ECONNRESET' } });
    expect(source.requests).toBe(4);
  });

  it('fails at the deadline if no response arrives', async () => {
    const source = new ScriptedSource([]);
    expect(await ending(source)).toMatchObject({ code: 'STORAGE_UNAVAILABLE', ms: 10_000 });
    expect(source.requests).toBe(4);
    expect(source.signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it('stops when aborted and sends no more requests', async () => {
    const source = new ScriptedSource([reset]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 300);
    expect(await ending(source, { signal: controller.signal })).toMatchObject({ code: 'CANCELLED', ms: 300 });
    expect(source.requests).toBeLessThanOrEqual(3);
    expect(source.signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it('counts every request and the bytes received', async () => {
    const meter = new ReadMeter();
    await ending(new ScriptedSource([{ kind: 'bytes', length: 3 }, reset, whole]), { meter });
    expect(meter.use).toEqual({ reads: 3, bytes: 11, waves: 3, cacheHits: 0 });
  });

  it('never exceeds the request limit and succeeds with the first complete response, in every scenario', async () => {
    const afterMs = fc.integer({ min: 0, max: 700 });
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.constant<Step>({ kind: 'stall' }),
      afterMs.map((ms): Step => ({ ...whole, afterMs: ms })),
      afterMs.map((ms): Step => ({ ...reset, afterMs: ms }) as Step),
      afterMs.map((ms): Step => ({ kind: 'bytes', length: 1, afterMs: ms })),
    );
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 8 }),
      fc.integer({ min: 1, max: 5 }),
      async (steps, attempts) => {
        const source = new ScriptedSource(steps);
        const meter = new ReadMeter();
        const end = await ending(source, { retry: { attempts }, meter });
        expect(source.requests).toBeLessThanOrEqual(attempts);
        expect(meter.use.reads).toBe(source.requests);
        const isWhole = steps
          .slice(0, source.requests)
          .some(({ kind, ...rest }) => kind === 'bytes' && 'length' in rest && rest.length === 8);
        expect(end.code ?? 'whole').toBe(isWhole ? 'whole' : 'STORAGE_UNAVAILABLE');
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });
});
