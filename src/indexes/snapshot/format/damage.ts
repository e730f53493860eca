import { SragError } from '../../../core/index.ts';

/** The error for bytes that differ from those written. */
export const damaged = (what: string, problem: string, cause?: unknown): SragError =>
  new SragError('DAMAGED_STORE', `The snapshot index is damaged: ${what} ${problem}.`, {
    remedy:
      'Build the index again (srag index build snapshot) and publish it, or roll back to the previous version.',
    fields: { part: what },
    cause,
  });
