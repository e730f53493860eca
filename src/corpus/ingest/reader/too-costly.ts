import { SragError } from '../../../core/index.ts';
import { type Budget, STALL_SECONDS } from './budget.ts';
import type { ProcessEnd } from './reader-process.ts';

/** The error for a file whose reader process ended before the file was read. */
export function budgetExceeded({ exitReport, signal }: ProcessEnd, { seconds, memoryMb }: Budget): SragError {
  switch (exitReport?.reason) {
    case 'time':
      return costly(`Reading took more than ${seconds} s of processor time.`, 'maxFileSeconds', seconds);
    case 'stall':
      return new SragError('FILE_TOO_COSTLY', `Reading made no progress for ${STALL_SECONDS} s.`, {
        remedy: 'Leave the file out (--exclude), or try again if the disk was slow.',
        fields: { limit: STALL_SECONDS },
      });
    case 'fault':
      return new SragError('FILE_DAMAGED', `The parser failed: ${exitReport.message}.`, {
        remedy: 'Get the file again from its source, or leave it out (--exclude).',
      });
    case 'memory':
      return costly(`Reading took more than ${memoryMb} MB of memory.`, 'maxFileMemoryMb', memoryMb);
    case undefined:
      // V8 aborts the process at its heap limit. If the process is killed from outside, it was usually the
      // system's out-of-memory killer.
      return costly(
        `Reading took more than ${memoryMb} MB of memory (${signal ?? 'the process ended'}).`,
        'maxFileMemoryMb',
        memoryMb,
      );
  }
}

const costly = (message: string, setting: string, limit: number): SragError =>
  new SragError('FILE_TOO_COSTLY', message, {
    remedy: `Leave the file out (--exclude), split it, or raise limits.${setting}.`,
    fields: { setting: `limits.${setting}`, limit },
  });
