import { readdirSync, readFileSync } from 'node:fs';

/**
 * Watches the memory of this process's children (Linux); `stop` returns the largest resident memory of any
 * child, in bytes.
 */
export function watchChildren(): { stop(): number } {
  let largest = 0;
  const timer = setInterval(() => {
    for (const pid of childrenOf(process.pid)) largest = Math.max(largest, residentBytes(pid));
  }, 20);
  return {
    stop: () => {
      clearInterval(timer);
      return largest;
    },
  };
}

function childrenOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean),
  );
}

const residentBytes = (pid: string): number =>
  1024 * Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);

/** Returns '' if the process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
