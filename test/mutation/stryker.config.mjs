import { MODULES, TESTED } from './modules.ts';

export default {
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  mutate: MODULES[TESTED].mutate,
  ignorePatterns: [
    ...['/benchmarks', '/dist', '/docs', '/infra', '/reproduce-run', '/servers-run', '.srag'],
    ...['/test/mutation/node_modules', '/test/mutation/results'],
  ],
  // Module constants are evaluated at load time, so no single test covers them.
  ignoreStatic: true,
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // A later run tests only surviving mutants and changed code.
  incremental: true,
  incrementalFile: `test/mutation/results/${TESTED}-incremental.json`,
  tempDirName: '.stryker-tmp',
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  jsonReporter: { fileName: `test/mutation/results/${TESTED}.json` },
  allowConsoleColors: false,
  disableTypeChecks: 'src/**/*.ts',
};
