import { expect, it } from 'vitest';
import { steadyClock } from '../../../src/core/steady-clock.ts';

it('steadyClock keeps advancing when the wall clock is set back, and counts the time in a frozen process', () => {
  const clocks = { wall: 1_000_000, monotonic: 5 };
  const now = steadyClock({ wallMs: () => clocks.wall, monotonicMs: () => clocks.monotonic });
  const advance = (wallMs: number, monotonicMs: number): number => {
    clocks.wall += wallMs;
    clocks.monotonic += monotonicMs;
    return now();
  };
  const start = now();
  expect(advance(100, 100) - start).toBe(100);
  // The wall clock is set back by a day.
  expect(advance(-86_400_000, 50) - start).toBe(150);
  expect(advance(10, 10) - start).toBe(160);
  // The process is frozen for an hour.
  expect(advance(3_600_000, 2) - start).toBe(3_600_160);
});

it('steadyClock does not drift if the wall clock has millisecond resolution', () => {
  let monotonicMs = 0;
  const now = steadyClock({ wallMs: () => Math.floor(monotonicMs), monotonicMs: () => monotonicMs });
  const start = now();
  for (let call = 0; call < 10_000; call++) {
    monotonicMs += 0.1;
    now();
  }
  expect(now() - start).toBeCloseTo(1_000, 6);
});
