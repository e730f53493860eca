import { describe, expect, it } from 'vitest';
import { afterPause, workBegins, workEnds } from '../../../src/core/index.ts';
import { pauseWork } from '../../support/pause-work.ts';

describe('afterPause', () => {
  const listening = () => {
    const subject = { pauses: [] as number[] };
    afterPause(subject, ({ pauses }, pausedMs) => pauses.push(Math.round(pausedMs)));
    return subject;
  };

  it('reports the length of the pause before work resumes', () => {
    const { pauses } = listening();
    pauseWork(51);
    pauseWork(3_600_000);
    expect(pauses).toEqual([51, 3_600_000]);
  });

  it('reports neither pauses of up to 50 ms nor the start of the first work', () => {
    const { pauses } = listening();
    pauseWork(50);
    pauseWork(0);
    workBegins();
    workBegins();
    workEnds();
    expect(pauses).toEqual([]);
  });
});
