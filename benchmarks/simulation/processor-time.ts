import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in ticks of 10 ms. */
const TICK_MS = 10;

/**
 * Processor time of this process and of process `pid` with its children, including ended ones, in
 * milliseconds.
 */
export function ownProcessorMs(pid: number): number {
  const { user, system } = process.cpuUsage();
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && statOf(name)?.parent === pid);
  const others = [String(pid), ...children].map((name) => statOf(name)?.ticks ?? 0);
  return (user + system) / 1_000 + others.reduce((sum, ticks) => sum + ticks, 0) * TICK_MS;
}

/** Processor time used by the whole machine, in milliseconds. */
export function machineProcessorMs(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = readFileSync(
    '/proc/stat',
    'utf8',
  )
    .split('\n', 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_MS;
}

/** Parent of a process, and the ticks of the process and its ended children. */
function statOf(pid: string): { readonly parent: number; readonly ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may contain spaces.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return { parent: fields[1]!, ticks: fields[11]! + fields[12]! + fields[13]! + fields[14]! };
  } catch {
    return undefined;
  }
}
