import { describe, expect, it } from 'vitest';
import { anySignal, endingAt, endOf } from '../../../src/core/index.ts';

const signal = (): AbortSignal => new AbortController().signal;

describe('a signal with a deadline', () => {
  it('has an end time; other signals have none', () => {
    const ending = signal();
    expect(endingAt(ending, 500)).toBe(ending);
    expect(endOf(ending)).toBe(500);
    expect(endOf(signal())).toBeUndefined();
    expect(endOf(undefined)).toBeUndefined();
  });

  it('can be combined with other signals; the result aborts with the first of them and has the earliest deadline', () => {
    const controller = new AbortController();
    const joined = anySignal([endingAt(signal(), 900), endingAt(signal(), 400), controller.signal]);
    expect(endOf(joined)).toBe(400);
    expect(joined.aborted).toBe(false);
    controller.abort('left');
    expect(joined).toMatchObject({ aborted: true, reason: 'left' });
    expect(endOf(anySignal([signal(), signal()]))).toBeUndefined();
  });
});
