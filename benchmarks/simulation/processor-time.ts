import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** Processor time of this process and of another one with its children, those that have ended too. */
export function ownProcessorMs(pid: number): number {
  const { user, system } = process.cpuUsage();
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && statOf(name)?.parent === pid);
  const others = [String(pid), ...children].map((name) => statOf(name)?.ticks ?? 0);
  return (user + system) / 1_000 + others.reduce((sum, ticks) => sum + ticks, 0) * TICK_MS;
}

/** Processor time that the whole machine has used. */
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

/** Parent, and the ticks of a process and of its children that have ended. */
function statOf(pid: string): { readonly parent: number; readonly ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold spaces.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return { parent: fields[1]!, ticks: fields[11]! + fields[12]! + fields[13]! + fields[14]! };
  } catch {
    return undefined;
  }
}
