import type { Outcome, SampleCost, SampleTrace } from '../results/sample.ts';

/** Contents of a reply. */
export interface ReplyDetails {
  readonly trace?: SampleTrace | undefined;
  readonly cost?: SampleCost | undefined;
  /** Document ids of the hits, best first, each once. */
  readonly hits?: readonly string[] | undefined;
  /** The code of the problem response if the status is not 2xx. */
  readonly code?: string | undefined;
}

/** A reply to the load generator. */
export interface Reply {
  /** HTTP status; undefined for in-process targets, which answer or throw. */
  readonly status?: number | undefined;
  /** Called after the latency was measured, so that parsing is not part of it. May throw. */
  readonly details?: () => ReplyDetails;
}

/**
 * Sends one question, by its index in the run. Resolves when the complete reply has arrived, whatever its
 * status, and rejects if no reply arrives; the error's `code` is recorded. Aborting `signal` ends it early.
 */
export type Send = (question: number, signal: AbortSignal) => Promise<Reply>;

/** Outcome of a request with a reply. */
export function readReply(
  reply: Reply,
): ReplyDetails & { readonly outcome: Outcome; readonly status?: number | undefined } {
  const { status } = reply;
  const outcome =
    status === undefined || (status >= 200 && status < 300) ? 'ok' : status === 429 ? 'throttled' : 'error';
  try {
    return { ...reply.details?.(), outcome, status };
  } catch (error) {
    // A successful reply that is unreadable becomes an error; other outcomes are kept.
    return { outcome: outcome === 'ok' ? 'error' : outcome, status, code: errorCode(error) };
  }
}

/** Outcome of a request without a reply; in-process targets report throttling by an error. */
export const errorOutcome = (error: unknown): Outcome =>
  errorCode(error) === 'THROTTLED' ? 'throttled' : 'error';

/** The code of an error of srag or of the network, or else its name. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
