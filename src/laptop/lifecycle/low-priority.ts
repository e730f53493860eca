import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Lower priority than the gateway and the services, which functions must not slow down. */
const LOW_PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL;

/** Lowers the priority of a process, if the system supports priorities. */
export function lowerPriority(pid: number): void {
  try {
    setPriority(pid, LOW_PRIORITY);
    // Linux schedules a session as a group (sched(7)), which overrides the priority of its processes.
    writeFileSync(`/proc/${pid}/autogroup`, String(LOW_PRIORITY));
  } catch {
    // The process has ended, or the system has no priorities: the model does not depend on them.
  }
}
