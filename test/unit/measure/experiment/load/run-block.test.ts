import { describe, expect, it } from 'vitest';
import { SragError } from '../../../../../src/core/index.ts';
import {
  type BlockOptions,
  IN_FLIGHT_LIMIT,
  type LoadSample,
  runBlock,
} from '../../../../../src/measure/experiment/load/run-block.ts';
import type { Reply, Send } from '../../../../../src/measure/experiment/load/send.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

/** Time between the call of `runBlock` and the start of the schedule, in milliseconds. */
const LEAD = 5;
const quiet = () => () => ({ loopDelayMs: { p95: 0, p99: 0 }, utilization: 0.1 });

interface Setting extends Partial<BlockOptions> {
  readonly arrivals?: Float64Array;
}

/** Starts a block on a manual clock and collects its samples. */
function begin(send: (clock: ManualClock) => Send, setting: Setting = {}) {
  const clock = new ManualClock();
  const samples: LoadSample[] = [];
  const arrivals = setting.arrivals ?? Float64Array.of(0, 10, 20, 30, 40);
  const result = runBlock({
    arrivals,
    questions: arrivals.map((_, index) => index),
    timeoutMs: 1_000,
    maxInFlight: 100,
    clock,
    onSample: (sample) => samples.push(sample),
    watch: quiet,
    ...setting,
    send: send(clock),
  });
  // Prevents an unhandled rejection until the test awaits the promise.
  result.catch(() => {});
  return { clock, samples, result };
}

/** Answers each question after the delay that `timeOf` returns. */
const answersAfter =
  (timeOf: (question: number) => number, reply: Reply = { status: 200 }) =>
  (clock: ManualClock): Send =>
  (question) =>
    new Promise((resolve) => clock.after(timeOf(question), () => resolve(reply)));

/** A server that handles one request at a time, while the others wait. */
const singleServer =
  (serviceMs: number) =>
  (clock: ManualClock): Send => {
    let freeAtMs = 0;
    return () => {
      freeAtMs = Math.max(freeAtMs, clock.now()) + serviceMs;
      return new Promise((resolve) => clock.at(freeAtMs, () => resolve({ status: 200 })));
    };
  };

describe('runBlock', () => {
  it('sends each request when it is due, even if no earlier request was answered', async () => {
    const sent: number[] = [];
    const { clock, result, samples } = begin((clock) => (question) => {
      sent.push(clock.now());
      return answersAfter(() => 200)(clock)(question, new AbortController().signal);
    });
    await clock.advanceTo(LEAD + 100);
    expect(sent).toEqual([5, 15, 25, 35, 45]);
    expect(samples).toEqual([]);
    await clock.advanceTo(LEAD + 300);
    const { outcomes, latenciesMs, requests } = await result;
    expect(requests).toBe(5);
    expect(outcomes).toEqual({ ok: 5, error: 0, timeout: 0, throttled: 0, cancelled: 0 });
    expect([...latenciesMs]).toEqual([200, 200, 200, 200, 200]);
  });

  it('measures latency from the intended start, so that a stall counts for all requests that wait', async () => {
    // A request is due every 10 ms. Each takes 1 ms, except the tenth, which takes 500 ms.
    // A closed loop would show only one slow request.
    let freeAtMs = 0;
    const { clock, result } = begin(
      (clock) => (question) => {
        freeAtMs = Math.max(freeAtMs, clock.now()) + (question === 9 ? 500 : 1);
        return new Promise((resolve) => clock.at(freeAtMs, () => resolve({})));
      },
      { arrivals: Float64Array.from({ length: 100 }, (_, index) => index * 10) },
    );
    await clock.advanceTo(5_000);
    const { latenciesMs } = await result;
    expect(latenciesMs[8]).toBe(1);
    expect(latenciesMs[9]).toBe(500);
    // Request 9 + k is due 10 k ms after the stall began. It waits for the remaining 500 - 10 k ms,
    // then for k requests of 1 ms, so request 19 takes 410 ms.
    expect(latenciesMs[19]).toBe(410);
    expect(latenciesMs.filter((latency) => latency > 100).length).toBe(45);
  });

  it('measures the growing queue of a server that gets requests at twice its capacity', async () => {
    const arrivals = Float64Array.from({ length: 50 }, (_, index) => index * 5);
    const { clock, result } = begin(singleServer(10), { arrivals });
    await clock.advanceTo(10_000);
    const { latenciesMs } = await result;
    expect([...latenciesMs]).toEqual(Array.from({ length: 50 }, (_, index) => 10 + 5 * index));
  });

  it('includes the lateness of the generator in latencies, reports it, and marks the block as invalid', async () => {
    const { clock, samples, result } = begin(answersAfter(() => 20));
    // The process stands still from before the second request until after the last one.
    await clock.advanceTo(LEAD + 5);
    clock.jump(LEAD + 300);
    await clock.advanceTo(LEAD + 400);
    const { generator, latenciesMs } = await result;
    expect([...latenciesMs]).toEqual([300, 310, 300, 290, 280]);
    const late = samples.map(({ startedMs, intendedMs }) => startedMs - intendedMs);
    expect(late).toEqual([0, 290, 280, 270, 260]);
    expect(generator).toMatchObject({ isValid: false, maxLatenessMs: 290 });
    expect(generator.reason).toMatch(
      /load generator was the limit: requests were sent late by 270 ms at p50/,
    );
  });

  it('marks the block as valid if all requests were sent on time', async () => {
    const { clock, result } = begin(answersAfter(() => 20));
    await clock.advanceTo(1_000);
    expect((await result).generator).toMatchObject({ isValid: true, maxLatenessMs: 0 });
  });

  it('counts a request without a reply as a timeout, aborts it, and ignores a late reply', async () => {
    const signals: AbortSignal[] = [];
    const { clock, samples, result } = begin(
      (clock) => (question, signal) => {
        signals.push(signal);
        return answersAfter((number) => (number === 2 ? 5_000 : 10))(clock)(question, signal);
      },
      { timeoutMs: 100 },
    );
    await clock.advanceTo(10_000);
    const { outcomes, requests, latenciesMs } = await result;
    expect(outcomes).toMatchObject({ ok: 4, timeout: 1 });
    expect(requests).toBe(5);
    expect(latenciesMs).toHaveLength(4);
    expect(samples).toHaveLength(5);
    expect(samples.find(({ outcome }) => outcome === 'timeout')).toMatchObject({ question: 2, endedMs: 125 });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, true, false, false]);
  });

  it.each([
    [{ status: 200 }, 'ok', undefined],
    [{ status: 204 }, 'ok', undefined],
    [{}, 'ok', undefined],
    [{ status: 429, details: () => ({ code: 'THROTTLED' }) }, 'throttled', 'THROTTLED'],
    [{ status: 503, details: () => ({ code: 'STORAGE_UNAVAILABLE' }) }, 'error', 'STORAGE_UNAVAILABLE'],
    [{ status: 404 }, 'error', undefined],
    [{ status: 302 }, 'error', undefined],
    [{ status: 200, details: () => JSON.parse('<html>') }, 'error', 'SyntaxError'],
    [{ status: 429, details: () => JSON.parse('<html>') }, 'throttled', 'SyntaxError'],
  ] as const)('counts the reply %j as %s', async (reply, outcome, code) => {
    const { clock, samples, result } = begin(answersAfter(() => 10, reply));
    await clock.advanceTo(1_000);
    expect((await result).outcomes[outcome]).toBe(5);
    expect(samples[0]).toMatchObject({ outcome, ...(code === undefined ? {} : { code }) });
    expect(samples[0]!.status).toBe('status' in reply ? reply.status : undefined);
  });

  it.each([
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'error', 'ECONNREFUSED'],
    [new SragError('THROTTLED', 'busy'), 'throttled', 'THROTTLED'],
    [new TypeError('no'), 'error', 'TypeError'],
    ['text', 'error', 'UNKNOWN'],
  ] as const)('counts the failure %s as %s with its code', async (failure, outcome, code) => {
    for (const send of [() => Promise.reject(failure), () => throwing(failure)]) {
      const { clock, samples, result } = begin(() => send as Send);
      await clock.advanceTo(1_000);
      expect((await result).outcomes[outcome]).toBe(5);
      expect(samples[0]).toMatchObject({ outcome, code });
    }
  });

  it('records trace, cost and hits, and separates cold starts from warm latencies', async () => {
    const trace = (coldStart: boolean) => ({ coldStart, stages: { searchMs: 3 }, totalMs: 4 });
    const { clock, samples, result } = begin((clock) => (question) => {
      const details = () => ({
        trace: trace(question === 0),
        cost: { totalUsd: 1e-6, lines: [] },
        hits: ['a', 'b'],
      });
      return answersAfter(() => (question === 0 ? 300 : 10), { status: 200, details })(clock)(
        question,
        new AbortController().signal,
      );
    });
    await clock.advanceTo(1_000);
    expect([...(await result).latenciesMs]).toEqual([10, 10, 10, 10]);
    expect(samples.map(({ question, population }) => [question, population])).toEqual([
      [1, 'warm'],
      [2, 'warm'],
      [3, 'warm'],
      [4, 'warm'],
      [0, 'cold'],
    ]);
    expect(samples[0]).toMatchObject({ hits: ['a', 'b'], cost: { totalUsd: 1e-6 }, trace: trace(false) });
  });

  it('returns latencies in the order of the intended start times, whichever request ends first', async () => {
    const { clock, samples, result } = begin(answersAfter((question) => 100 - 20 * question));
    await clock.advanceTo(1_000);
    expect([...(await result).latenciesMs]).toEqual([100, 80, 60, 40, 20]);
    expect(samples.map(({ question }) => question)).toEqual([4, 3, 2, 1, 0]);
  });

  it('counts requests over the in-flight limit, but does not send them', async () => {
    let sent = 0;
    const { clock, samples, result } = begin(
      (clock) => (question, signal) => {
        sent++;
        return answersAfter(() => 25)(clock)(question, signal);
      },
      { maxInFlight: 2 },
    );
    await clock.advanceTo(1_000);
    const { outcomes, overflow, requests } = await result;
    // Requests are due every 10 ms and take 25 ms, so two are in flight when the third is due.
    expect({ sent, overflow, requests, ok: outcomes.ok }).toEqual({
      sent: 4,
      overflow: 1,
      requests: 5,
      ok: 4,
    });
    expect(samples.filter(({ code }) => code === IN_FLIGHT_LIMIT)).toEqual([
      expect.objectContaining({ question: 2, outcome: 'error', startedMs: 25, endedMs: 25 }),
    ]);
  });

  it('when aborted, counts the requests in flight as cancelled and sends no more', async () => {
    const abort = new AbortController();
    const signals: AbortSignal[] = [];
    const { clock, samples, result } = begin(
      (clock) => (question, signal) => {
        signals.push(signal);
        return answersAfter(() => 15)(clock)(question, signal);
      },
      { signal: abort.signal },
    );
    await clock.advanceTo(LEAD + 22);
    abort.abort();
    const { requests, outcomes } = await result;
    await clock.advanceTo(1_000);
    expect(requests).toBe(3);
    expect(outcomes).toMatchObject({ ok: 1, cancelled: 2 });
    expect(samples).toHaveLength(3);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true, true]);
    expect(clock.pending).toBe(0);
  });

  it('sends nothing if it was already aborted', async () => {
    const { result, samples } = begin(
      answersAfter(() => 1),
      { signal: AbortSignal.abort() },
    );
    expect(await result).toMatchObject({ requests: 0 });
    expect(samples).toEqual([]);
  });

  it('rejects with the error that onSample throws, and cancels the other requests', async () => {
    const signals: AbortSignal[] = [];
    const { clock, result } = begin(
      (clock) => (question, signal) => {
        signals.push(signal);
        return answersAfter(() => 12)(clock)(question, signal);
      },
      {
        onSample: () => {
          throw new SragError('DISK_FULL', 'full');
        },
      },
    );
    await clock.advanceTo(1_000);
    await expect(result).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });

  it('adds the offset of a resumed run to the times of samples, but not to latencies', async () => {
    const { clock, samples, result } = begin(
      answersAfter(() => 10),
      { offsetMs: 60_000 },
    );
    await clock.advanceTo(1_000);
    expect([...(await result).latenciesMs]).toEqual([10, 10, 10, 10, 10]);
    expect(samples[0]).toMatchObject({ intendedMs: 60_005, startedMs: 60_005, endedMs: 60_015 });
  });

  it('sends nothing for a block without arrivals', async () => {
    const { result } = begin(
      answersAfter(() => 1),
      { arrivals: new Float64Array(0) },
    );
    expect(await result).toMatchObject({ requests: 0, overflow: 0, generator: { isValid: true } });
  });

  it.each([{ arrivals: Float64Array.of(5, 3) }, { questions: [0] }, { timeoutMs: 0 }, { maxInFlight: 0 }])(
    'refuses %j',
    async (setting) => {
      await expect(
        begin(
          answersAfter(() => 1),
          setting,
        ).result,
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    },
  );
});

function throwing(failure: unknown): never {
  throw failure;
}
