import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SelftestReport } from '../../src/measure/index.ts';
import { CliProject } from '../support/cli.ts';

let project: CliProject;
beforeAll(async () => {
  project = await CliProject.open();
});
afterAll(() => project.remove());

describe('srag bench selftest', () => {
  it('accounts for every request, has intervals that cover the true values, and fails if and only if a row fails', async () => {
    const run = await project.run(['bench', 'selftest', '--quick', '--json']);
    const { accuracy, coverage, cases, passed } = run.json as SelftestReport;
    const rows = [...accuracy, ...coverage];
    expect(passed).toBe(rows.every((row) => row.passed));
    expect(run.exitCode).toBe(passed ? 0 : 1);
    // The accuracy of latencies depends on the machine; these values do not.
    const requests = accuracy.filter(({ figure }) => figure === 'requests');
    expect(requests).toHaveLength(cases.length);
    for (const { truth, measured } of requests) expect(measured).toBe(truth);
    expect(
      accuracy.find(({ case: name, figure }) => figure === 'steady' && name.includes('150 %')),
    ).toMatchObject({
      measured: 0,
      passed: true,
    });
    expect(coverage.map(({ runs, passed: covers }) => [runs, covers])).toEqual(
      Array.from({ length: 9 }, () => [200, true]),
    );
  });
});
