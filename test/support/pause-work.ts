import { vi } from 'vitest';
import { workBegins, workEnds } from '../../src/core/index.ts';

/** Simulates a pause of the process between two pieces of work, with fake timers. */
export function pauseWork(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  workEnds();
  vi.advanceTimersByTime(ms);
  workBegins();
  vi.useRealTimers();
}
