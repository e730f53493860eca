import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../../core/index.ts';

const ATTEMPTS = 12;
const FIRST_DELAY_MS = 20;
const LONGEST_DELAY_MS = 2_000;

/** Retries `work` with random back-off while commits of other writers conflict with it. */
export async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isConflict = hasCode(error, 'WRITE_CONFLICT');
      if (!isConflict || attempt === ATTEMPTS) throw error;
      await sleep(Math.random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt));
    }
  }
}
