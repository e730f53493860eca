import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isGone } from './holder.ts';

/** Marks of a broken lock may still be needed while another process breaks it; after an hour none does. */
const MARK_LIMIT_MS = 3_600_000;

/** Removes what killed processes left in the folder of unfinished writes. Locks are left to who needs them. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const holder = /^(.*)\.(?:claim|part)$/.exec(name)?.[1];
    if (holder === undefined && !name.startsWith('break-')) continue;
    // Another process may remove the same file: whoever comes second has nothing left to do.
    const ageMs = await stat(path).then(
      ({ ctimeMs }) => Date.now() - ctimeMs,
      () => undefined,
    );
    if (ageMs === undefined) continue;
    const leftover = holder === undefined ? ageMs > MARK_LIMIT_MS : isGone(holder, ageMs);
    if (leftover) await unlink(path).catch(() => undefined);
  }
}
