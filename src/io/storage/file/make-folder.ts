import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './errors.ts';

/** A folder above that is there and still lets nothing be made so many times refuses. */
const TRIES = 3;

/**
 * Makes a folder and those above it, also while others remove them. Node's own recursive mkdir asks for ever where a
 * folder that is there refuses new ones with ENOENT, as /proc does.
 * @throws the system's errors: EACCES, EROFS, ENOTDIR, EEXIST where a file is in the way, ENOENT as said.
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
