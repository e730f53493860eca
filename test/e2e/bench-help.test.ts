import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const BENCHMARKS = Object.keys(scripts).filter((name) => name.startsWith('bench:'));

describe('npm run bench:* -- --help', () => {
  it.each(BENCHMARKS)('%s describes its measurement and options without measuring', (name) => {
    const words = ['run', '--silent', name, '--', '--help'];
    const { status, stdout, stderr } = spawnSync('npm', words, {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(name);
    expect(stdout).toMatch(/\n {2,}\S/);
  });
});
