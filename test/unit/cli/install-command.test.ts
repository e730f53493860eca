import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installCommand, withInstallCommand } from '../../../src/cli/install-command.ts';
import { SragError } from '../../../src/core/index.ts';

const MODEL = '@huggingface/transformers';
const LANCE = ['@lancedb/lancedb', 'apache-arrow'];

describe('the command that installs a missing package', () => {
  let base: string;
  /** Creates a folder with these files and with srag installed below it; returns the folder. */
  const place = (name: string, files: readonly string[], below = 'node_modules'): string => {
    const folder = join(base, name);
    mkdirSync(join(folder, below, 'srag', 'dist'), { recursive: true });
    for (const file of files) writeFileSync(join(folder, file), '{}');
    return folder;
  };
  const sragIn = (folder: string, below = 'node_modules'): string =>
    join(folder, below, 'srag', 'dist', 'main.js');

  beforeAll(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'srag-install-')));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it('installs into the project that contains srag, even if run in a subfolder or elsewhere', () => {
    const project = place('project', ['package.json']);
    const file = sragIn(project);
    mkdirSync(join(project, 'docs'));
    const inner = place('project/inner', ['package.json']);
    const command = (cwd: string): string => installCommand([MODEL], { file, cwd });
    expect(command(project)).toBe('npm install @huggingface/transformers@4');
    expect(command(join(project, 'docs'))).toBe('npm install @huggingface/transformers@4');
    expect(command(inner)).toBe(`npm install --prefix ${project} @huggingface/transformers@4`);
    expect(command(base)).toBe(`npm install --prefix ${project} @huggingface/transformers@4`);
  });

  it('installs globally if srag is installed globally', () => {
    const file = sragIn(place('lib', []));
    expect(installCommand(LANCE, { file, cwd: base })).toBe(
      'npm install --global @lancedb/lancedb@0.39 apache-arrow@18',
    );
  });

  it('does not change the package.json of a checkout', () => {
    const checkout = place('checkout', ['package.json']);
    const file = join(checkout, 'src', 'cli', 'main.ts');
    expect(installCommand([MODEL], { file, cwd: checkout })).toBe(
      'npm install --no-save --save-dev @huggingface/transformers@4',
    );
    expect(installCommand([MODEL], { file, cwd: base })).toBe(
      `npm install --no-save --save-dev --prefix ${checkout} @huggingface/transformers@4`,
    );
  });

  it('is the npx command with the package added if srag runs under npx', () => {
    const file = sragIn(place('_npx/1a2b', ['package.json']));
    expect(installCommand([MODEL], { file, cwd: base })).toBe(
      'npx --package srag --package @huggingface/transformers@4 srag ...',
    );
  });

  it.each([
    ['pnpm-lock.yaml', 'pnpm add', 'node_modules/.pnpm/srag@1/node_modules'],
    ['yarn.lock', 'yarn add', 'node_modules'],
    ['bun.lock', 'bun add', 'node_modules'],
  ])('uses the package manager that wrote %s', (lock, add, below) => {
    const folder = place(`with ${lock}`, ['package.json', lock], below);
    const file = sragIn(folder, below);
    expect(installCommand([MODEL], { file, cwd: folder })).toBe(`${add} @huggingface/transformers@4`);
    expect(installCommand([MODEL], { file, cwd: base })).toBe(
      `cd "${folder}" && ${add} @huggingface/transformers@4`,
    );
  });

  it('replaces the remedy only in errors about packages that users install', () => {
    const missing = (fields: object): SragError =>
      withInstallCommand(new SragError('MISSING_PACKAGE', 'm', { remedy: 'r', fields: { ...fields } }));
    expect(missing({ package: MODEL }).remedy).toContain(`${MODEL}@4`);
    expect(missing({ packages: LANCE }).remedy).toMatch(
      /^npm install .*@lancedb\/lancedb@0\.\d+ apache-arrow@18$/,
    );
    expect(missing({ package: 'srag-infra' }).remedy).toBe('r');
    expect(missing({}).remedy).toBe('r');
  });
});
