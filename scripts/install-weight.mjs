#!/usr/bin/env node
/**
 * Measures the disk space of `npm install srag`: packs the built package, installs it in an empty project
 * with the packages named as arguments, and counts megabytes, install scripts and native files.
 *   npm run weight                                              srag alone
 *   npm run weight -- @lancedb/lancedb@0.39 apache-arrow@18     with LanceDB
 *   npm run weight -- --omit-extras @lancedb/lancedb@0.39 apache-arrow@18     with LanceDB, without its model clients
 */
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const omitsExtras = process.argv.includes('--omit-extras');
const packages = process.argv.slice(2).filter((word) => word !== '--omit-extras');
/** The overrides that the README recommends to users of LanceDB. */
const EXTRAS = { openai: 'file:./empty', '@huggingface/transformers': 'file:./empty' };

const folder = mkdtempSync(join(tmpdir(), 'srag-weight-'));
try {
  const npm = (cwd, ...words) =>
    execFileSync('npm', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const packed = npm(ROOT, 'pack', '--silent', '--pack-destination', folder).trim().split('\n').at(-1);
  const dependencies = Object.fromEntries([['srag', `file:${packed}`], ...packages.map(nameAndRange)]);
  const project = { private: true, dependencies, ...(omitsExtras ? { overrides: EXTRAS } : {}) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  if (omitsExtras) execFileSync('cp', ['-r', join(ROOT, 'empty'), join(folder, 'empty')]);
  npm(folder, 'install', '--silent', '--no-audit', '--no-fund');
  const files = filesOf(join(folder, 'node_modules'));
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const native = files.filter(({ path }) => path.endsWith('.node')).map(({ path }) => path);
  const scripted = files.filter(
    ({ path }) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path) && hasInstallScript(path),
  );
  console.log(
    `${['srag', ...packages].join(' + ')}: ${(bytes / 1e6).toFixed(0)} MB in ${files.length} files`,
  );
  console.log(`install scripts: ${scripted.length}; native files: ${native.length}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Splits `@scope/name@range` into the pair for package.json. */
function nameAndRange(text) {
  const at = text.lastIndexOf('@');
  return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, '*'];
}

/** Files with their disk usage, as du counts it. */
function filesOf(path) {
  const info = lstatSync(path);
  if (info.isDirectory()) return readdirSync(path).flatMap((name) => filesOf(join(path, name)));
  return [{ path, sizeBytes: info.blocks * 512 }];
}

function hasInstallScript(path) {
  const { scripts = {} } = JSON.parse(readFileSync(path, 'utf8'));
  return ['preinstall', 'install', 'postinstall'].some((name) => name in scripts);
}
