import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { takeRealTimePriority } from '../../../../../src/measure/experiment/load/real-time.ts';

const policyOf = (pid: number): string => execFileSync('chrt', ['--pid', String(pid)], { encoding: 'utf8' });

describe('takeRealTimePriority', () => {
  it('returns a function that restores the old priority, or undefined if the permission is missing', async () => {
    const release = await takeRealTimePriority();
    if (release === undefined) return;
    expect(policyOf(process.pid)).toMatch(/SCHED_RR/);
    const child = execFileSync('sh', ['-c', 'chrt --pid $$'], { encoding: 'utf8' });
    expect(child).toMatch(/SCHED_OTHER/);
    await release();
    expect(policyOf(process.pid)).toMatch(/SCHED_OTHER/);
  });
});
