import { setImmediate as immediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isTurnOver, nextTurn } from '../../../src/core/index.ts';

const work = (ms: number): void => {
  for (const endMs = performance.now() + ms; performance.now() < endMs; );
};

describe('a turn of the event loop', () => {
  it('is over when its time is used up; nextTurn starts a new one', async () => {
    await immediate();
    expect(isTurnOver()).toBe(false);
    work(20);
    expect(isTurnOver()).toBe(true);
    await nextTurn();
    expect(isTurnOver()).toBe(false);
  });

  it('counts the time of all its steps together; the next turn counts from 0 even without nextTurn', async () => {
    await immediate();
    isTurnOver();
    work(20);
    await Promise.resolve();
    expect(isTurnOver()).toBe(true);
    await immediate();
    await immediate();
    expect(isTurnOver()).toBe(false);
  });

  it('lets pending work run between the steps of a long loop', async () => {
    let served = 0;
    const timer = setInterval(() => served++, 1);
    for (let step = 0; step < 20; step++) {
      if (isTurnOver()) await nextTurn();
      work(10);
    }
    clearInterval(timer);
    expect(served).toBeGreaterThan(3);
  });
});
