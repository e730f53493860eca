import { readdir, readFile } from 'node:fs/promises';
import { leftFolders } from '../io/temporary/index.ts';

/** What the private folder of a laptop is for. */
export const FOLDER_PURPOSE = 'laptop';

/**
 * Ends environments of laptops that were killed: they notice it by themselves, but for those that were frozen, or stopped
 * just then to hold them to their share of a processor.
 */
export async function endOrphans(): Promise<void> {
  for (const folder of await leftFolders(FOLDER_PURPOSE))
    for (const orphan of await processesIn(folder)) end(orphan);
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
