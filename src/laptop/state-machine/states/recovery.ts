import { untilAborted } from '../clock.ts';
import type { Frame, Outcome } from '../execution.ts';
import { covers, StateFailure } from '../failure.ts';
import { failureDetails } from '../history.ts';
import type { RecoverableState, Retrier } from '../loading/definition.ts';
import { handOver } from './output.ts';

/**
 * Retries according to `Retry`, then handles a failure according to `Catch`.
 * @throws StateFailure of the last attempt if it is not caught.
 */
export async function recovering(
  state: RecoverableState,
  frame: Frame,
  attempt: (frame: Frame) => Promise<Outcome>,
): Promise<Outcome> {
  const retries = state.Retry.map(() => 0);
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      return await attempt({ ...frame, retryCount });
    } catch (error) {
      // An abort means that a sibling failed or that the execution ended, so there is no retry.
      if (!(error instanceof StateFailure) || frame.signal.aborted) throw error;
      const index = state.Retry.findIndex(({ ErrorEquals }) => covers(ErrorEquals, error));
      const retrier = state.Retry[index];
      if (retrier === undefined || retries[index]! >= retrier.MaxAttempts) {
        return catching(state, { ...frame, retryCount }, error);
      }
      const waitMs = delayMs(retrier, retries[index]!, frame.services.random);
      retries[index]! += 1;
      frame.history.note('RetryScheduled', { state: frame.name, waitMs, ...failureDetails(error) });
      await untilAborted(frame.services.clock.sleep(waitMs, frame.signal), frame.signal);
    }
  }
}

/** Pause before a retry after `done` retries of the same retrier, in milliseconds. */
function delayMs(retrier: Retrier, done: number, random: () => number): number {
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds, JitterStrategy } = retrier;
  const seconds = Math.min(IntervalSeconds * BackoffRate ** done, MaxDelaySeconds ?? Number.MAX_VALUE);
  return 1_000 * (JitterStrategy === 'FULL' ? random() * seconds : seconds);
}

async function catching(state: RecoverableState, frame: Frame, failure: StateFailure): Promise<Outcome> {
  const index = state.Catch.findIndex(({ ErrorEquals }) => covers(ErrorEquals, failure));
  const catcher = state.Catch[index];
  if (catcher === undefined) throw failure;
  const errorOutput = {
    Error: failure.error,
    ...(failure.why === undefined ? {} : { Cause: failure.why }),
  };
  return handOver(frame, catcher, errorOutput, { errorOutput }, `Catch[${index}]/`);
}
