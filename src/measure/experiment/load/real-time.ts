import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const PRIORITY = '10';

/**
 * Gives the threads of this process real-time priority (SCHED_RR, sched(7)), so that a busy machine does not delay the
 * load generator. Threads and processes started later do not inherit it, so the system under test is unaffected.
 * Only Linux grants it, and only to root. @returns a function that reverts it; undefined if it was not granted
 */
export async function takeRealTimePriority(): Promise<(() => Promise<void>) | undefined> {
  if (!(await setPolicy('--reset-on-fork', '--rr', PRIORITY))) return undefined;
  return async () => void (await setPolicy('--other', '0'));
}

async function setPolicy(...policy: readonly string[]): Promise<boolean> {
  const priority = policy.at(-1)!;
  const options = [...policy.slice(0, -1), '--all-tasks', '--pid', priority, String(process.pid)];
  return promisify(execFile)('chrt', options).then(
    () => true,
    () => false,
  );
}
