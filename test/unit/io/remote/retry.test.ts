import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySignal, endingAt, SragError } from '../../../../src/core/index.ts';
import { type RetryEnvironment, withRetry } from '../../../../src/io/remote/index.ts';

const policy = { attempts: 5, baseMs: 100, capMs: 1000 };
const failure = (fields: object) =>
  new SragError('THROTTLED', 'Too many.', { fields: { retryable: true, ...fields } });

/** Runs an operation whose first `failures` calls fail; returns the waits, the calls and the outcome. */
async function run(failures: number, random: () => number, fields: object = {}) {
  const waits: number[] = [];
  let calls = 0;
  const environment: RetryEnvironment = {
    random,
    sleep: async (milliseconds) => void waits.push(milliseconds),
  };
  const outcome = await withRetry(
    async () => {
      if (calls++ < failures) throw failure(fields);
      return 'done';
    },
    { policy, environment },
  ).catch((error: unknown) => error);
  return { waits, calls, outcome };
}

describe('withRetry', () => {
  it('returns the result after retryable failures', async () => {
    const { outcome, calls } = await run(2, () => 0.5);
    expect(outcome).toBe('done');
    expect(calls).toBe(3);
  });

  it('waits for a random, uniformly distributed time below a bound that doubles up to the cap', async () => {
    const { waits } = await run(4, () => 0.5);
    expect(waits).toEqual([50, 100, 200, 400]);
    const capped = await run(4, () => 0.999);
    expect(Math.max(...capped.waits)).toBeLessThan(1000);
  });

  it('never waits for a negative time or longer than the cap, for any random numbers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        fc.nat(1e7),
        async (random, retryAfterMs) => {
          const { waits } = await run(4, () => random, { retryAfterMs });
          for (const wait of waits) {
            expect(wait).toBeGreaterThanOrEqual(Math.min(retryAfterMs, policy.capMs));
            expect(wait).toBeLessThanOrEqual(policy.capMs);
          }
        },
      ),
    );
  });

  it('waits at least as long as the service requests', async () => {
    expect((await run(1, () => 0, { retryAfterMs: 700 })).waits).toEqual([700]);
  });

  it('fails after the last attempt and reports the number of attempts', async () => {
    const { outcome, calls } = await run(99, () => 0);
    expect(calls).toBe(5);
    expect(outcome).toMatchObject({ code: 'THROTTLED', message: 'Too many. (5 attempts)' });
  });

  it('does not retry errors that are not retryable', async () => {
    const { calls, outcome } = await run(99, () => 0, { retryable: false });
    expect(calls).toBe(1);
    expect(outcome).toMatchObject({ code: 'THROTTLED', message: 'Too many.' });
  });

  it.each([
    ['backoff', {}, 250, 2],
    ['Retry-After', { retryAfterMs: 700 }, 700, 1],
    ['Retry-After beyond the cap', { retryAfterMs: 60_000 }, 59_000, 1],
  ])(
    'throws the last error immediately if the wait (%s) exceeds the remaining time',
    async (_, fields, endsAt, calls) => {
      let now = 0;
      let called = 0;
      const sleep = async (milliseconds: number) => {
        now += milliseconds;
      };
      const ending = endingAt(new AbortController().signal, endsAt);
      const outcome = await withRetry(
        async () => {
          called += 1;
          throw failure(fields);
        },
        // A combined signal has the deadline of its parts.
        {
          policy,
          environment: { random: () => 0.999, sleep, now: () => now },
          signal: anySignal([new AbortController().signal, ending]),
        },
      ).catch((error: unknown) => error);
      expect(outcome).toMatchObject({ code: 'THROTTLED', fields });
      expect(called).toBe(calls);
      expect(now).toBeLessThan(endsAt);
    },
  );

  it('stops waiting when it is aborted', async () => {
    const controller = new AbortController();
    const run = withRetry(
      async () => {
        queueMicrotask(() => controller.abort());
        throw failure({ retryAfterMs: 900 });
      },
      { policy, signal: controller.signal },
    );
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
