import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';

const PROJECT = join(import.meta.dirname, '..', '..');
const MEASURED_PACKAGES = ['@lancedb/lancedb', 'apache-arrow'];

/**
 * Bundles the candidate as srag itself is shipped, so that its start does not include parsing TypeScript.
 * `remove` deletes the bundle.
 */
export async function bundleCandidate(): Promise<{ program: string; remove: () => Promise<void> }> {
  // In node_modules, because the bundle must resolve its external packages.
  const outDir = join(PROJECT, 'node_modules', '.cache', `srag-bench-index-${process.pid}`);
  await build({
    config: false,
    cwd: PROJECT,
    entry: { candidate: fileURLToPath(new URL('./candidate.ts', import.meta.url)) },
    outDir,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    dts: false,
    logLevel: 'error',
  });
  return {
    program: join(outDir, 'candidate.mjs'),
    remove: () => rm(outDir, { recursive: true, force: true }),
  };
}

/** Versions of srag and of the packages that affect the results, if installed. */
export async function packageVersions(
  measured: readonly string[] = MEASURED_PACKAGES,
): Promise<Record<string, string>> {
  const paths = [PROJECT, ...measured.map((name) => join(PROJECT, 'node_modules', name))];
  const versions: Record<string, string> = {};
  for (const path of paths) {
    const text = await readFile(join(path, 'package.json'), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const { name, version } = JSON.parse(text) as { name: string; version: string };
    versions[name] = version;
  }
  return versions;
}
