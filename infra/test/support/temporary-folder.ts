import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

// Builds, cloud assemblies and staged assets of a test file go into one folder that is removed afterwards,
// because aws-cdk-lib leaves its own behind.
const before = process.env.TMPDIR;
const folder = mkdtempSync(join(tmpdir(), 'srag-infra-test-'));
process.env.TMPDIR = folder;
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(folder, { recursive: true, force: true });
});
