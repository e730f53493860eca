import { anySignal, endingAt, SragError } from '../../core/index.ts';
import type { RequestContext } from './port.ts';

/** Time reserved for the reply before the platform ends the request. */
const RESERVE_MS = 400;

/** A signal that aborts when the caller cancels, or shortly before the platform would end the request. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Waits for work until the signal aborts. Work that ignores the signal continues for other callers. */
  within<T>(work: Promise<T>): Promise<T>;
  /** Returns the error, or DEADLINE_EXCEEDED if the time limit caused it. */
  explain(error: unknown): unknown;
  /** Stops the timer. */
  done(): void;
}

export function deadlineOf({ signal, remainingMs }: RequestContext): Deadline {
  const given = remainingMs?.();
  const timeout = new AbortController();
  const givenMs = given === undefined ? undefined : Math.max(0, given - RESERVE_MS);
  const timer = givenMs === undefined ? undefined : setTimeout(() => timeout.abort(), givenMs);
  timer?.unref();
  if (givenMs !== undefined) endingAt(timeout.signal, performance.now() + givenMs);
  const ends = signal === undefined ? timeout.signal : anySignal([signal, timeout.signal]);
  return {
    signal: ends,
    within: (work) => untilAborted(work, ends),
    explain: (error) => {
      if (!timeout.signal.aborted || !(error instanceof SragError) || error.code !== 'CANCELLED')
        return error;
      return new SragError('DEADLINE_EXCEEDED', `The request took longer than ${givenMs} ms.`, {
        remedy: "Try again, request fewer hits (topK), or raise the function's timeout.",
        cause: error,
      });
    },
    done: () => clearTimeout(timer),
  };
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(new SragError('CANCELLED', 'The request was cancelled.'));
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}
