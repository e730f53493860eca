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
/** Loading aws-cdk-lib takes longer than what most of these tests do with it: once for all files. */
const INFRA = {
  test: {
    ...infra.test,
    isolate: false,
    setupFiles: [...infra.test.setupFiles, 'infra/test/support/temporary-folder.ts'],
  },
};

/** Where a run's results are also written as JSON. */
const report = process.env.SRAG_TEST_REPORT;

/**
 * `unit`, `conformance` and `e2e` need nothing but npm, `infra` its packages as well (npm run infra:install);
 * `servers` needs what test/servers starts.
 */
export default defineConfig({
  test: {
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
