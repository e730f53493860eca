import { readFileSync } from 'node:fs';

/**
 * Largest resident memory of a process so far (this one by default), in bytes; NaN where it is not known. On Linux from the kernel's own high-water mark:
 * `getrusage` also counts what the parent held when it started the process.
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
