import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const COPIED = [
  'LICENSE',
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  '.sragignore',
  'docs',
  'scripts',
  'src',
];
const BUILD = ['package.json', 'tsconfig.json', 'tsdown.config.ts'];

describe('the quickstart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'srag-quickstart-test-'));
  const quickstart = (): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['scripts/quickstart.mjs', '--rows', '2000'], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: process.env.TMPDIR, NO_COLOR: '1' },
    });

  beforeAll(() => {
    for (const path of [...COPIED, ...BUILD])
      cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    // Links the installed packages and copies a matching lock file, so that nothing remains to install.
    const [from, to] = [join(ROOT, 'node_modules'), join(folder, 'node_modules')];
    mkdirSync(to);
    for (const name of readdirSync(from)) symlinkSync(join(from, name), join(to, name));
    cpSync(join(from, '.package-lock.json'), join(folder, 'package-lock.json'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('needs only Node, because it runs before anything is installed', () => {
    const source = readFileSync(join(ROOT, 'scripts', 'quickstart.mjs'), 'utf8');
    const imported = [...source.matchAll(/^import .* from '([^']+)';$/gm)].map(([, name]) => name!);
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((name) => !builtinModules.includes(name.replace(/^node:/, '')))).toEqual([]);
  });

  it('builds, ingests, answers with a citation, compares two kinds and leaves a collection to query', () => {
    const first = quickstart();
    expect(first.stderr).not.toContain('Quickstart stopped');
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/default: \d+ added; \d+ chunks/);
    expect(first.stdout).toContain('; published');
    expect(first.stdout).toMatch(/^ {2}\[1\] \S+\.md/m);
    expect(first.stdout).toMatch(/lancedb-flat +1\.000 /);
    expect(first.stdout).toMatch(/lancedb-ivf-hnsw-sq +(0\.9|1\.0)/);

    expect(first.stdout).toMatch(/Wrote 20 synthetic questions/);
    expect(first.stdout).toMatch(/^snapshot +(?:0\.[5-9]|1\.0)/m);
    const report = /in a browser: (.+\.html)$/m.exec(first.stdout)![1]!;
    expect(readFileSync(report, 'utf8').match(/<figure /g)).toHaveLength(4);

    const next = /npx srag (ask) "(.+)"/.exec(first.stdout)!;
    const answer = spawnSync(process.execPath, ['dist/cli/main.js', next[1]!, next[2]!, '--json'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const { notFound, citations } = JSON.parse(answer.stdout) as { notFound: boolean; citations: unknown[] };
    expect(notFound).toBe(false);
    expect(citations.length).toBeGreaterThan(0);
  });

  it('repeats only unfinished steps when it runs again', () => {
    const again = quickstart();
    expect(again.status).toBe(0);
    expect(again.stdout).toMatch(/Install the packages +nothing to do/);
    expect(again.stdout).toMatch(/Build srag +nothing to do/);
    expect(again.stdout).toMatch(/default: 0 added, \d+ unchanged; no new chunks/);
    expect(again.stdout).toContain('is up to date');
  });

  it('reports the error and stops if a step fails', () => {
    writeFileSync(join(folder, 'srag.config.json'), '{"colection": "x"}');
    const broken = quickstart();
    expect(broken.status).toBe(1);
    expect(broken.stderr).toContain('UNKNOWN_CONFIG_KEY');
    expect(broken.stderr).toContain('Quickstart stopped: srag ingest failed');
  });
});
