import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildJob } from './source.ts';

const CLI = join(import.meta.dirname, '..', '..', '..', 'src', 'cli', 'main.ts');

/** Ingests, builds and publishes as a user does; the corpus, which no query reads, goes again. */
export async function buildSnapshot({ folder, corpusPath, vectorsFolder }: BuildJob): Promise<void> {
  const location = ['--location', folder, '--json'];
  await srag('ingest', corpusPath, '--vectors', vectorsFolder, ...location);
  await srag('index', 'build', 'snapshot', ...location);
  await rm(join(folder, 'default', 'corpus'), { recursive: true, force: true });
}

/** Runs the command line; what it prints goes to stderr. */
export async function srag(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, ['--no-warnings', CLI, ...args], { stdio: ['ignore', 2, 2] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`srag ${args.slice(0, 3).join(' ')} ended with ${code}.`);
}
