import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SragError } from '../../core/index.ts';
import { hasProcessEnded, ownProcess } from '../storage/index.ts';

/** Six random characters, as mkdtemp(3) adds them. */
const RANDOM = /^[A-Za-z0-9]{6}$/;

/**
 * Creates a folder with an unpredictable name in the system's temporary folder. Only this user can enter it.
 * First removes the folders of the same purpose that killed processes of this user left behind.
 * @throws LOCATION_NOT_WRITABLE, DISK_FULL
 */
export async function privateFolder(purpose: string): Promise<string> {
  for (const folder of await abandonedFolders(purpose))
    await rm(folder, { recursive: true, force: true }).catch(() => {
      // Harmless; the next start tries again.
    });
  try {
    return await mkdtemp(join(tmpdir(), `${beginningOf(purpose)}${ownProcess()}-`));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new SragError(
      code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'LOCATION_NOT_WRITABLE',
      `No temporary folder can be created in ${tmpdir()} (${code}).`,
      { remedy: 'Free some space there, or set TMPDIR to a writable folder.', cause },
    );
  }
}

/**
 * Folders of this purpose whose processes have ended without removing them. Excludes links and folders of
 * other users, because anyone who can write to the temporary folder can create folders with such names.
 */
export async function abandonedFolders(purpose: string): Promise<string[]> {
  const beginning = beginningOf(purpose);
  const found: string[] = [];
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    if (!name.startsWith(beginning)) continue;
    const end = name.lastIndexOf('-');
    if (!RANDOM.test(name.slice(end + 1)) || !hasProcessEnded(name.slice(beginning.length, end))) continue;
    const info = await lstat(join(tmpdir(), name)).catch(() => undefined);
    if (info?.isDirectory() && info.uid === (process.getuid?.() ?? info.uid))
      found.push(join(tmpdir(), name));
  }
  return found;
}

const beginningOf = (purpose: string): string => `srag-${purpose}-`;
