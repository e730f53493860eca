import type { Outcome, SampleCost, SampleTrace } from '../results/sample.ts';

/** What a reply says beyond its status. */
export interface ReplyDetails {
  readonly trace?: SampleTrace | undefined;
  readonly cost?: SampleCost | undefined;
  /** Document ids of the hits, best first, each once. */
  readonly hits?: readonly string[] | undefined;
  /** The problem's code, where the status is not 2xx. */
  readonly code?: string | undefined;
}

/** A reply as the load generator needs it. */
export interface Reply {
  /** HTTP status; a target without one answers or throws. */
  readonly status?: number | undefined;
  /** Called after the latency was taken, so that reading the reply is no part of it. It may throw. */
  readonly details?: () => ReplyDetails;
}

/**
 * Asks a target one question, by its index in the run. It resolves when the whole reply is there, also for one that
 * refuses, and rejects where no reply came: the error's `code` is kept. Aborting `signal` ends it early.
 */
export type Send = (question: number, signal: AbortSignal) => Promise<Reply>;

/** How a request ended that was replied to. */
export function readReply(
  reply: Reply,
): ReplyDetails & { readonly outcome: Outcome; readonly status?: number | undefined } {
  const { status } = reply;
  const outcome =
    status === undefined || (status >= 200 && status < 300) ? 'ok' : status === 429 ? 'throttled' : 'error';
  try {
    return { ...reply.details?.(), outcome, status };
  } catch (error) {
    // A reply that cannot be read is no answer; a refusal stays one.
    return { outcome: outcome === 'ok' ? 'error' : outcome, status, code: errorCode(error) };
  }
}

/** How a request ended that was not replied to; targets in process refuse by an error. */
export const errorOutcome = (error: unknown): Outcome =>
  errorCode(error) === 'THROTTLED' ? 'throttled' : 'error';

/** The code of an error of srag or of the network, or else its name. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
