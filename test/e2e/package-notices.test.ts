import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const FUNCTIONS = ['baseline', 'retrieve', 'generate', 'stream', 'warmup'];

describe('the published package', () => {
  let files: string[];

  beforeAll(() => {
    if (!existsSync(join(ROOT, 'dist/index.js'))) throw new Error('Build the package first: npm run build');
    const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const packed = Object.values(JSON.parse(execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8' })))[0];
    files = (packed as { files: { path: string }[] }).files.map(({ path }) => path);
  });

  it('has the notices of its own bundles, and the notices of each function next to its bundle', () => {
    expect(files).toContain('dist/THIRD-PARTY-NOTICES.txt');
    const missing = FUNCTIONS.filter(
      (name) => !files.includes(`dist/functions/${name}/THIRD-PARTY-NOTICES.txt`),
    );
    expect(missing).toEqual([]);
  });

  it.each(FUNCTIONS)('lists the packages in the bundle of %s in the notices of that bundle', (name) => {
    const notices = readFileSync(join(ROOT, 'dist/functions', name, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const bundled of ['@aws-lambda-powertools/logger', '@smithy/core', 'assemblyscript', 'hono', 'zod'])
      expect(notices).toMatch(new RegExp(`^${bundled} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
    for (const text of ['Apache License', 'Permission is hereby granted', 'Copyright'])
      expect(notices).toContain(text);
  });
});
