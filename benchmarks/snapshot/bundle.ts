import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'tsdown';
import type { CandidateKind } from './candidates.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const SNAPSHOT_SOURCE = join(PROJECT, 'src', 'snapshot.ts');

/** Bundled candidate programs by name. */
export interface Programs {
  readonly pathOf: (program: CandidateKind['program']) => string;
  /** Why a candidate cannot run; undefined if it can. */
  readonly absence: (kind: CandidateKind) => string | undefined;
  readonly remove: () => Promise<void>;
}

/**
 * Bundles each candidate separately and minified, as a function would ship it, so that no candidate pays for
 * parsing TypeScript or for the code of another one.
 */
export async function bundlePrograms(kinds: readonly CandidateKind[]): Promise<Programs> {
  // In node_modules, because the bundles must resolve their external packages.
  const outDir = join(PROJECT, 'node_modules', '.cache', `srag-bench-snapshot-${process.pid}`);
  const missing = new Map<string, string>();
  for (const kind of kinds) {
    const reason = await whyAbsent(kind);
    if (reason !== undefined) missing.set(kind.name, reason);
  }
  const programs = new Set(kinds.filter(({ name }) => !missing.has(name)).map(({ program }) => program));
  for (const program of programs) {
    await build({
      config: false,
      cwd: PROJECT,
      entry: { [program]: join(import.meta.dirname, 'candidates', `${program}.ts`) },
      outDir: join(outDir, program),
      format: 'esm',
      platform: 'node',
      target: 'node22',
      // Small packages are bundled, as in a function; native packages remain external.
      deps: { neverBundle: kinds.flatMap(({ packages }) => packages), alwaysBundle: [/^(?:aws4|porter2)$/] },
      alias: { 'srag/snapshot': SNAPSHOT_SOURCE },
      minify: true,
      dts: false,
      logLevel: 'error',
    });
  }
  return {
    pathOf: (program) => join(outDir, program, `${program}.mjs`),
    absence: (kind) => missing.get(kind.name),
    remove: () => rm(outDir, { recursive: true, force: true }),
  };
}

async function whyAbsent({ packages }: CandidateKind): Promise<string | undefined> {
  for (const name of packages) {
    const problem = await import(name).then(
      () => undefined,
      (error: unknown) => String((error as Error).message).split('\n')[0],
    );
    if (problem !== undefined) return `absent: ${name} does not load (${problem})`;
  }
  return undefined;
}
