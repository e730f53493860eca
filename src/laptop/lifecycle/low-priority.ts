import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Below the gateway and the services, which the functions' work must not slow down. */
const LOW_PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL;

/** Lets everything else have the processor before a process; without effect where the system has no priorities. */
export function lowerPriority(pid: number): void {
  try {
    setPriority(pid, LOW_PRIORITY);
    // A session of its own is scheduled as a group (sched(7)), beside which a process's own priority counts for nothing.
    writeFileSync(`/proc/${pid}/autogroup`, String(LOW_PRIORITY));
  } catch {
    // It has ended, or the system has no priorities: the model does not depend on them.
  }
}
