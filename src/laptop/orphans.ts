import { readdir, readFile } from 'node:fs/promises';
import { abandonedFolders } from '../io/temporary/index.ts';

/** Part of the name of a laptop's private folder, by which the next laptop finds abandoned folders. */
export const FOLDER_PURPOSE = 'laptop';

/**
 * Ends environments of laptops that were killed. Most environments end on their own, except those that are
 * frozen or paused (to enforce their processor share) at that moment.
 */
export async function endOrphans(): Promise<void> {
  for (const folder of await abandonedFolders(FOLDER_PURPOSE))
    for (const orphan of await processesIn(folder)) end(orphan);
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // The process ended in the meantime, on its own or because another laptop ended it.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ids of the processes whose private `/tmp` is in a folder. */
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
