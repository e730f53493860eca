import { readFileSync } from 'node:fs';

/**
 * Peak resident memory of a process (this one by default), in bytes; NaN if unknown. Reads the kernel's
 * high-water mark on Linux, because `getrusage` also counts the parent's memory at the time of the fork.
 */
export function peakMemoryBytes(pid?: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(processStatus(pid ?? 'self'))?.[1];
  if (kibibytes !== undefined) return 1_024 * Number(kibibytes);
  return pid === undefined ? 1_024 * process.resourceUsage().maxRSS : Number.NaN;
}

function processStatus(pid: number | 'self'): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
