import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { hasEnded, pidNamespace, proc, startOf } from './processes.ts';

/** Milliseconds for which a lock of another machine is respected: its process cannot be checked from here. */
const FOREIGN_LIMIT_MS = 60_000;

const clean = (text: string): string => text.replaceAll(/[^A-Za-z0-9-]/g, '-');
let own: string | undefined;

/** A unique name that identifies this process: `host~boot~pid~start~random`. */
export function newHolder(): string {
  own ??= [
    `${clean(hostname())}-${pidNamespace()}`,
    proc('/proc/sys/kernel/random/boot_id'),
    process.pid,
    startOf('self'),
  ].join('~');
  return `${own}~${randomUUID()}`;
}

/**
 * Whether the process that created this name has ended. Once true, it stays true. Processes on other machines or in
 * other containers cannot be checked: they count as gone if their file is over a minute old, or over a minute in the
 * future, as after a clock was set back.
 */
export function isGone(holder: string, ageMs: number): boolean {
  const [host, boot, pid, start] = holder.split('~');
  const [ownHost, ownBoot] = newHolder().split('~');
  if (host !== ownHost || pid === undefined || !/^\d+$/.test(pid)) return Math.abs(ageMs) > FOREIGN_LIMIT_MS;
  if (boot !== ownBoot) return true;
  if (hasEnded(Number(pid))) return true;
  const startNow = startOf(Number(pid));
  return startNow !== '' && start !== '' && startNow !== start;
}
