import { readFileSync, readlinkSync } from 'node:fs';

/** Text of a file under /proc, or '' where there is none (not Linux, or the process is gone). */
export function proc(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** A field of `/proc/<pid>/stat` after the command's name, which stands in brackets and may hold anything (proc(5)). */
function statField(pid: number | 'self', number: number): string {
  const stat = proc(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[number - 3] ?? '';
}

/** Tells containers of a machine apart. '' where unknown. */
export function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
  } catch {
    return '';
  }
}

/** When a process started, in ticks since boot: tells a process from a later one with the same id. '' where unknown. */
export const startOf = (pid: number | 'self'): string => statField(pid, 22);

/**
 * Whether no process with this id runs here. One that nobody waited for keeps its id as a zombie, for ever in a
 * container whose first process is no init: a signal reaches it, but it has ended.
 */
export function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  return ['Z', 'X'].includes(statField(pid, 3));
}

/** A name of this process that no other has on this machine until it is started again: namespace, id and start. */
export const ownProcess = (): string => [pidNamespace(), process.pid, startOf('self')].join('.');

/** Whether the process with this name has ended. False for one of another container, which cannot be seen from here. */
export function hasProcessEnded(name: string): boolean {
  const [, namespace, pid, start] = /^(\d*)\.(\d+)\.(\d*)$/.exec(name) ?? [];
  if (pid === undefined || namespace !== pidNamespace()) return false;
  return hasEnded(Number(pid)) || startOf(Number(pid)) !== start;
}
