import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deadlineOf } from '../../../../src/api/service/deadline.ts';
import { SragError } from '../../../../src/core/index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const cancelled = new SragError('CANCELLED', 'Cancelled.');

describe('a deadline', () => {
  it('aborts 400 ms before the platform ends the request and reports DEADLINE_EXCEEDED', () => {
    const deadline = deadlineOf({ requestId: 'r', remainingMs: () => 1_000 });
    vi.advanceTimersByTime(599);
    expect(deadline.signal.aborted).toBe(false);
    expect(deadline.explain(cancelled)).toBe(cancelled);
    vi.advanceTimersByTime(1);
    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.explain(cancelled)).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: 'The request took longer than 600 ms.',
      cause: cancelled,
    });
  });

  it('does not change errors that it did not cause', () => {
    const deadline = deadlineOf({ requestId: 'r', remainingMs: () => 0 });
    vi.advanceTimersByTime(1);
    const failed = new SragError('GENERATOR_FAILED', 'It failed.');
    expect(deadline.explain(failed)).toBe(failed);
  });

  it('also aborts when the caller cancels, without reporting DEADLINE_EXCEEDED', () => {
    const caller = new AbortController();
    const deadline = deadlineOf({ requestId: 'r', signal: caller.signal, remainingMs: () => 10_000 });
    caller.abort();
    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.explain(cancelled)).toBe(cancelled);
  });

  it('does not abort without a platform limit or after the request is done', () => {
    const none = deadlineOf({ requestId: 'r' });
    const done = deadlineOf({ requestId: 'r', remainingMs: () => 1_000 });
    done.done();
    vi.advanceTimersByTime(1e9);
    expect([none.signal.aborted, done.signal.aborted]).toEqual([false, false]);
  });
});
