import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..');

/** A temporary copy of docs/examples in which `srag` is this checkout, both as a command and as a package. */
export class ExampleFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'srag-example-'));
  readonly #environment: NodeJS.ProcessEnv;

  constructor(environment: Readonly<Record<string, string>> = {}) {
    cpSync(join(ROOT, 'docs', 'examples'), this.path, {
      recursive: true,
      filter: (path) => !/srag\.config\.ts$|\.output\.txt$/.test(path),
    });
    // Marks the project root, because sources are relative to it.
    writeFileSync(join(this.path, 'package.json'), '{"type": "module", "private": true}\n');
    const library = join(this.path, 'node_modules', 'srag');
    mkdirSync(library, { recursive: true });
    const exports = { '.': './index.js', './snapshot': './snapshot.js' };
    writeFileSync(join(library, 'package.json'), `${JSON.stringify({ type: 'module', exports })}\n`);
    for (const name of ['index', 'snapshot']) {
      const entry = pathToFileURL(join(ROOT, 'src', `${name}.ts`)).href;
      writeFileSync(join(library, `${name}.js`), `export * from ${JSON.stringify(entry)};\n`);
    }
    const commands = join(this.path, 'node_modules', '.bin');
    mkdirSync(commands);
    const main = join(ROOT, 'src', 'cli', 'main.ts');
    writeFileSync(join(commands, 'srag'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
    chmodSync(join(commands, 'srag'), 0o755);
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SRAG_'));
    this.#environment = {
      ...Object.fromEntries(inherited),
      NO_COLOR: '1',
      COLUMNS: '100',
      ...environment,
      PATH: `${commands}${delimiter}${environment.PATH ?? process.env.PATH ?? ''}`,
    };
  }

  /**
   * Runs a script or a program in the folder; returns stdout. Throws an error with all output if it fails.
   */
  run(program: string, words: readonly string[]): string {
    const { status, stdout, stderr, error } = spawnSync(program, words, {
      cwd: this.path,
      encoding: 'utf8',
      env: this.#environment,
    });
    if (status === 0) return stdout;
    if (error !== undefined) throw error;
    throw new Error(`${words.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.path, name), text);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Scripts that need files created by another example. */
const NEEDS: Readonly<Record<string, string>> = { 'evaluate.sh': 'make-dataset.ts' };

/** Runs one shell example; returns its commands, each followed by its stdout. */
export function runShellExample(
  name: string,
  environment: Readonly<Record<string, string>> = {},
): { readonly output: string } {
  using folder = new ExampleFolder(environment);
  const needed = NEEDS[name];
  if (needed !== undefined) folder.run(process.execPath, [needed]);
  const script = `set -euo pipefail\nwhile IFS= read -r line; do printf '$ %s\\n' "$line"; eval "$line" </dev/null; done < ${name}`;
  return { output: folder.run('bash', ['-c', script]) };
}

/**
 * Output in which version ids and measurements, which differ from run to run, are replaced by placeholders.
 */
export const withoutMeasures = (output: string): string =>
  output
    .replaceAll(/\d{8}T\d{6}-[0-9a-f]{4}/g, 'VERSION')
    .replaceAll(/\d+(\.\d+)? (ms|s|min|kB|MB)\b/g, 'MEASURE')
    .replaceAll(/ +/g, ' ');
