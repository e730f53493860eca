import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendEach } from '../support/fuzz/fuzz-api.ts';
import { growthRequests } from '../support/fuzz/growth.ts';
import { type HealthReport, HealthWatch } from '../support/fuzz/health-watch.ts';
import { fuzzBySchemathesis } from '../support/fuzz/schemathesis.ts';
import { openServedProject, type ServedProject } from '../support/served.ts';

const LAPTOP = ['--storage-model', 'none', '--rate', '100000', '--burst', '100000'];

describe.each([
  ['in one process', ['--in-process']],
  ['as the laptop cloud', LAPTOP],
])('the API served %s', (_, words) => {
  let served: ServedProject;
  beforeAll(async () => {
    served = await openServedProject(words);
    await served.answersWell();
  });
  afterAll(() => served?.close());

  const watched = async (work: () => Promise<unknown>): Promise<HealthReport> => {
    const watch = new HealthWatch(served.url, served.pid);
    await work();
    return watch.stop();
  };

  it('keeps its contract, health and memory bounds under requests from Schemathesis', async () => {
    const report = await watched(async () => {
      const { sent, failures } = await fuzzBySchemathesis(served.url, { requests: 300, seed: 1 });
      expect(failures).toEqual([]);
      expect(sent).toBeGreaterThanOrEqual(300);
    });
    expect(report.failed).toBe(0);
    expect(report.rssGrowthMb).toBeLessThan(200);
    expect(await served.answersWell()).toBe(true);
  });

  it('keeps its contract, health and memory bounds under requests at the limits of the API', async () => {
    const report = await watched(async () => {
      const { failures, statuses } = await sendEach(served.url, growthRequests());
      expect(failures).toEqual([]);
      expect(statuses[200]).toBeGreaterThan(20);
    });
    expect(report.failed).toBe(0);
    expect(report.rssGrowthMb).toBeLessThan(200);
    expect(await served.answersWell()).toBe(true);
  });
});
