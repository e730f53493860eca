import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], timeoutMs: number) => ({
  test: { name, include, testTimeout: timeoutMs, hookTimeout: timeoutMs },
});

/** `unit`, `conformance` and `e2e` need nothing but npm; `servers` needs what test/servers starts. */
export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.ts'], 20_000),
      project('conformance', ['test/conformance/**/*.test.ts'], 60_000),
      project('e2e', ['test/e2e/**/*.test.ts'], 120_000),
      project('servers', ['test/servers/**/*.test.ts'], 600_000),
    ],
  },
});
