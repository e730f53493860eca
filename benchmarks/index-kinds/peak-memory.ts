import { readFileSync } from 'node:fs';

/**
 * Largest resident memory of this process so far, in bytes. On Linux from the kernel's own high-water mark:
 * `getrusage` also counts what the parent held when it started the process.
 */
export function peakMemoryBytes(): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(processStatus())?.[1];
  return 1_024 * (kibibytes === undefined ? process.resourceUsage().maxRSS : Number(kibibytes));
}

function processStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}
