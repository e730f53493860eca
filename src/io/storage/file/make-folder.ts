import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './errors.ts';

/** Number of attempts to create a folder in an existing parent before the error is thrown. */
const TRIES = 3;

/**
 * Creates a folder and its parents, even while other processes remove them. Node's own recursive mkdir loops
 * forever if an existing folder refuses new ones with ENOENT, as /proc does.
 * @throws the system's errors: EACCES, EROFS, ENOTDIR, EEXIST if a file has that name, ENOENT as described
 * above
 */
export async function makeFolder(path: string): Promise<void> {
  for (let refused = 0; ; ) {
    try {
      await mkdir(path);
      return;
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EEXIST' && (await kindOf(path)) === 'folder') return;
      const parent = dirname(path);
      if (code !== 'ENOENT' || parent === path) throw error;
      if ((await kindOf(parent)) === 'nothing') await makeFolder(parent);
      else if (++refused === TRIES) throw error;
    }
  }
}

async function kindOf(path: string): Promise<'folder' | 'other' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'other';
  } catch {
    return 'nothing';
  }
}
