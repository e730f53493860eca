import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], timeoutMs: number, globalSetup: string[] = []) => ({
  test: {
    name,
    include,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    globalSetup,
    setupFiles: ['test/support/property-seed.ts'],
  },
});

const infra = project('infra', ['infra/test/**/*.test.ts'], 120_000);
/** Loading aws-cdk-lib takes longer than most of these tests, so all files share one load. */
const INFRA = {
  test: {
    ...infra.test,
    isolate: false,
    setupFiles: [...infra.test.setupFiles, 'infra/test/support/temporary-folder.ts'],
  },
};

/** File for an additional JSON report. */
const report = process.env.SRAG_TEST_REPORT;

/**
 * `unit`, `conformance` and `e2e` need only npm, `infra` also its own packages (npm run infra:install), and
 * `servers` the servers that test/servers starts.
 */
export default defineConfig({
  test: {
    // By default, vitest leaves one core idle.
    maxWorkers: '100%',
    ...(report === undefined ? {} : { reporters: ['default', ['json', { outputFile: report }]] }),
    projects: [
      project('unit', ['test/unit/**/*.test.ts'], 20_000),
      project('conformance', ['test/conformance/**/*.test.ts'], 60_000),
      project('e2e', ['test/e2e/**/*.test.ts'], 120_000),
      INFRA,
      project('servers', ['test/servers/**/*.test.ts'], 600_000, ['test/servers/global-setup.ts']),
    ],
  },
});
