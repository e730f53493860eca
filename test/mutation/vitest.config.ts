import { defineConfig } from 'vitest/config';
import { MODULES, TESTED } from './modules.ts';

/** The tests that Stryker runs for every mutant. */
export default defineConfig({
  test: {
    include: MODULES[TESTED]!.tests,
    testTimeout: 20_000,
    setupFiles: ['test/support/property-seed.ts'],
  },
});
