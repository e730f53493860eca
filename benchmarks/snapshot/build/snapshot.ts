import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { peakMemoryBytes } from '../../index-kinds/peak-memory.ts';
import { type BuildFacts, buildFactsPath } from './facts.ts';
import type { BuildJob } from './source.ts';

const CLI = join(import.meta.dirname, '..', '..', '..', 'src', 'cli', 'main.ts');
/** Interval at which the memory of the running process is read. */
const LOOK_MS = 100;

/** Ingests, builds and publishes as a user does, then deletes the corpus, which no query reads. */
export async function buildSnapshot({ folder, corpusPath, vectorsFolder }: BuildJob): Promise<void> {
  const location = ['--location', folder, '--json'];
  const ingest = await srag('ingest', corpusPath, '--vectors', vectorsFolder, ...location);
  const index = await srag('index', 'build', 'snapshot', ...location);
  await rm(join(folder, 'default', 'corpus'), { recursive: true, force: true });
  const facts: BuildFacts = { ingestMs: ingest.ms, indexMs: index.ms, indexPeakBytes: index.peakBytes };
  await writeFile(buildFactsPath(folder), JSON.stringify(facts));
}

/** Runs the command line; its output goes to stderr. */
export async function srag(...args: string[]): Promise<{ readonly ms: number; readonly peakBytes: number }> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['--no-warnings', CLI, ...args], { stdio: ['ignore', 2, 2] });
  let peakBytes = Number.NaN;
  const looking = setInterval(() => {
    // The last reading is the peak: the kernel keeps the high-water mark until the process ends.
    const bytes = peakMemoryBytes(child.pid);
    if (bytes > 0) peakBytes = bytes;
  }, LOOK_MS);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(looking);
  if (code !== 0) throw new Error(`srag ${args.slice(0, 3).join(' ')} ended with ${code}.`);
  return { ms: performance.now() - startedMs, peakBytes };
}
