import type { Fault } from './faults.ts';

/** One request as the proxy saw it. */
export interface LoggedRequest {
  /** When it arrived; milliseconds since 1970, with fractions. */
  readonly startMs: number;
  /** When the last byte of its response left; of an unfinished one the moment at which the log was read. */
  readonly endMs: number;
  readonly method: string;
  /** Bucket and key, decoded. */
  readonly key: string;
  /** The query string: listings and parts of uploads have one. */
  readonly query?: string;
  readonly range?: string;
  /** Bytes of the response's body. */
  readonly bytes: number;
  /** 0 where there was no response. */
  readonly status: number;
  readonly fault?: Fault;
  /** False while it is under way, and for one that the client gave up. */
  readonly isComplete: boolean;
}

/** What a log comes to. */
export interface LogSummary {
  /** Requests of every kind but writes: a read is what a query pays for. */
  readonly reads: number;
  /** Bytes of all responses. */
  readonly bytes: number;
  /** Largest number of reads no two of which overlap in time. */
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

/** Largest set of intervals without overlap: the one that ends first is always part of one (greedy scheduling). */
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

/** Requests that arrived within [fromMs, toMs): one query's share of a log. */
export const between = (
  log: readonly LoggedRequest[],
  fromMs: number,
  toMs: number,
): readonly LoggedRequest[] => log.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
