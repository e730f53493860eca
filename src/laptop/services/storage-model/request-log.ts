import type { Fault } from './faults.ts';

/** One request as recorded by the proxy. */
export interface LoggedRequest {
  /** Time of arrival; milliseconds since 1970, with fractions. */
  readonly startMs: number;
  /** Time of the last response byte; for an unfinished request, the time at which the log was read. */
  readonly endMs: number;
  readonly method: string;
  /** Bucket and key, decoded. */
  readonly key: string;
  /** The query string of listings and multipart uploads. */
  readonly query?: string;
  readonly range?: string;
  /** Bytes of the response's body. */
  readonly bytes: number;
  /** 0 if there was no response. */
  readonly status: number;
  readonly fault?: Fault;
  /** False for requests in progress, and for requests aborted by the client. */
  readonly isComplete: boolean;
}

/** Summary of a log. */
export interface LogSummary {
  /** Number of requests other than writes; a query makes only such requests. */
  readonly reads: number;
  /** Bytes of all responses. */
  readonly bytes: number;
  /** The largest number of reads of which no two overlap in time. */
  readonly waves: number;
}

const WRITES: ReadonlySet<string> = new Set(['PUT', 'POST', 'DELETE']);

export function summariseLog(log: readonly LoggedRequest[]): LogSummary {
  const reads = log.filter(({ method }) => !WRITES.has(method));
  return {
    reads: reads.length,
    bytes: reads.reduce((sum, { bytes }) => sum + bytes, 0),
    waves: countWaves(reads),
  };
}

/** Size of the largest set of non-overlapping intervals, found greedily by earliest end. */
export function countWaves(
  requests: readonly { readonly startMs: number; readonly endMs: number }[],
): number {
  let waves = 0;
  let lastEndMs = Number.NEGATIVE_INFINITY;
  for (const { startMs, endMs } of requests.toSorted((left, right) => left.endMs - right.endMs)) {
    if (startMs < lastEndMs) continue;
    waves++;
    lastEndMs = endMs;
  }
  return waves;
}

/** Requests that arrived within [fromMs, toMs), for example during one query. */
export const between = (
  log: readonly LoggedRequest[],
  fromMs: number,
  toMs: number,
): readonly LoggedRequest[] => log.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
