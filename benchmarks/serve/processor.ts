import { readdirSync, readFileSync } from 'node:fs';

/** Processor use of a process, in milliseconds. */
export interface ProcessorUse {
  /** Processor time of all its threads. */
  readonly usedMs: number;
  /** How long its main thread was runnable but waited for a processor: 0 on an idle machine. */
  readonly waitedMs: number;
}

/**
 * Processor use of the most recently started child of this process; undefined if the system does not provide
 * it.
 */
export function lastChildUse(): ProcessorUse | undefined {
  try {
    const children = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && parentOf(name) === process.pid)
      .map(Number);
    const pid = Math.max(...children);
    const threads = readdirSync(`/proc/${pid}/task`);
    const used = threads.reduce((sum, thread) => sum + schedule(pid, thread)[0]!, 0);
    return { usedMs: used / 1e6, waitedMs: schedule(pid, String(pid))[1]! / 1e6 };
  } catch {
    return undefined;
  }
}

const schedule = (pid: number, thread: string): number[] =>
  readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ').map(Number);

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return Number.NaN;
  }
}
