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
 * Whether the process that created this name has ended. Once true, it stays true. A process on another machine or in
 * another container cannot be checked. It counts as gone if its file is more than a minute old, or is dated more than a
 * minute ahead, which happens if a clock is set back.
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
