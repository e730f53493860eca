import { readFileSync, readlinkSync } from 'node:fs';

/** Text of a file under /proc, or '' if it does not exist (not Linux, or the process has ended). */
export function proc(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** A field of `/proc/<pid>/stat` after the command name, which is in brackets and may contain anything (proc(5)). */
function statField(pid: number | 'self', number: number): string {
  const stat = proc(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[number - 3] ?? '';
}

/** Distinguishes the containers of a machine. '' if unknown. */
export function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
  } catch {
    return '';
  }
}

/** Start of a process in ticks since boot; distinguishes processes that reuse an id. '' if unknown. */
export const startOf = (pid: number | 'self'): string => statField(pid, 22);

/**
 * Whether no process with this id runs here. Zombies count as ended, although they can be signalled: in a container
 * without an init process they stay forever.
 */
export function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  return ['Z', 'X'].includes(statField(pid, 3));
}

/** A name of this process that is unique on this machine until it restarts: namespace, id and start. */
export const ownProcess = (): string => [pidNamespace(), process.pid, startOf('self')].join('.');

/** Whether the process with this name has ended. False for other containers, whose processes are not visible. */
export function hasProcessEnded(name: string): boolean {
  const [, namespace, pid, start] = /^(\d*)\.(\d+)\.(\d*)$/.exec(name) ?? [];
  if (pid === undefined || namespace !== pidNamespace()) return false;
  return hasEnded(Number(pid)) || startOf(Number(pid)) !== start;
}
