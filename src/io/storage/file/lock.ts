import { link, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SragError } from '../../../core/index.ts';
import { isGone, newHolder } from './holder.ts';

/** Maximum wait for another process; locks are normally held for milliseconds. */
const DEFAULT_DEADLINE_MS = 30_000;

/**
 * Runs `work` while no other process holds the lock `name` of `folder`.
 *
 * The lock is a file that contains its holder's unique name, created by link(2), which fails if the file
 * exists. When a holder dies, the process that creates the mark `break-<holder>` in the same way may remove the
 * lock; the mark of a process that dies is removed likewise. Names are never reused, so a process that is slow
 * to remove a lock finds another name in it and leaves it alone: only its holder ever removes a live lock.
 * @throws STORAGE_UNAVAILABLE if a live process holds the lock past the deadline.
 */
export async function withLock<T>(
  folder: string,
  name: string,
  work: () => Promise<T>,
  deadlineMs = DEFAULT_DEADLINE_MS,
): Promise<T> {
  const path = join(folder, `${name}.lock`);
  const claim = await Claim.make(folder);
  try {
    const until = performance.now() + deadlineMs;
    for (let attempt = 0; !(await claim.takes(path)); attempt++) {
      const holder = await readHolder(path);
      if (holder !== undefined && (await breakLock(folder, path, holder.name, claim))) continue;
      if (performance.now() > until) throw stuck(path, holder?.name);
      await sleep(Math.random() * Math.min(50, 2 ** Math.min(attempt, 6)));
    }
    try {
      return await work();
    } finally {
      await unlink(path).catch(ignoreMissing);
    }
  } finally {
    await claim.drop();
  }
}

/** A file that contains this process's unique name, ready to be linked as a lock. */
class Claim {
  readonly #path: string;
  constructor(path: string) {
    this.#path = path;
  }

  static async make(folder: string): Promise<Claim> {
    const holder = newHolder();
    const path = join(folder, `${holder}.claim`);
    const claim = new Claim(path);
    try {
      await writeFile(path, holder, { flag: 'wx' });
    } catch (error) {
      // On a full disk, the file may have been created without its content.
      await claim.drop();
      throw error;
    }
    return claim;
  }

  /** Links `path` to this claim; false if `path` exists. */
  async takes(path: string): Promise<boolean> {
    try {
      await link(this.#path, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  async drop(): Promise<void> {
    await unlink(this.#path).catch(ignoreMissing);
  }
}

/** Removes the lock of a dead holder; false if the holder, or another process that does this, is alive. */
async function breakLock(folder: string, path: string, holder: string, claim: Claim): Promise<boolean> {
  const marks: string[] = [];
  let current: { readonly name: string; readonly ageMs: number } | undefined = await readHolder(path);
  if (current?.name !== holder) return true;
  for (;;) {
    if (!isGone(current.name, current.ageMs)) return false;
    const mark = join(folder, `break-${current.name}`);
    marks.push(mark);
    if (await claim.takes(mark)) break;
    current = await readHolder(mark);
    // The mark has been removed: its creator is done, so check the lock again.
    if (current === undefined) return true;
  }
  if ((await readHolder(path))?.name === holder) await unlink(path);
  for (const mark of marks.reverse()) await unlink(mark).catch(ignoreMissing);
  return true;
}

async function readHolder(
  path: string,
): Promise<{ readonly name: string; readonly ageMs: number } | undefined> {
  try {
    const [name, { ctimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { name, ageMs: Date.now() - ctimeMs };
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

const stuck = (path: string, holder: string | undefined): SragError => {
  const [host, , pid] = (holder ?? '').split('~');
  return new SragError(
    'STORAGE_UNAVAILABLE',
    `Process ${pid ?? '?'} on ${host || 'an unknown machine'} holds the lock ${path}.`,
    {
      remedy: 'Wait for that process or end it; if it is gone, delete the lock file.',
      fields: { path, holder },
    },
  );
};
