import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasEnded } from '../storage/index.ts';

const FOLDER = /^srag-laptop-(\d+)-/;

/**
 * Ends environments and removes folders of laptops that were killed: their environments notice it by themselves, but
 * for one that was stopped just then to hold it to its share of a processor.
 */
export async function removeRemains(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(FOLDER.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || !hasEnded(pid)) continue;
    const folder = join(tmpdir(), name);
    for (const orphan of await processesIn(folder)) end(orphan);
    await rm(folder, { recursive: true, force: true });
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // Gone meanwhile, by itself or by another laptop that starts now.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Processes whose own `/tmp` lies in a folder. */
async function processesIn(folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').some((entry) => entry.startsWith(`TMPDIR=${folder}/`)))
      found.push(Number(name));
  }
  return found;
}
