import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isGone } from './holder.ts';

/**
 * Age after which a `break-` file is removed: younger ones may be in use by a process that removes a lock.
 */
const MARK_LIMIT_MS = 3_600_000;

/** Removes files of killed processes from the folder of unfinished writes, except locks (see `withLock`). */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const holder = /^(.*)\.(?:claim|part)$/.exec(name)?.[1];
    if (holder === undefined && !name.startsWith('break-')) continue;
    // Another process may have removed the file already.
    const ageMs = await stat(path).then(
      ({ ctimeMs }) => Date.now() - ctimeMs,
      () => undefined,
    );
    if (ageMs === undefined) continue;
    const leftover = holder === undefined ? ageMs > MARK_LIMIT_MS : isGone(holder, ageMs);
    if (leftover) await unlink(path).catch(() => undefined);
  }
}
