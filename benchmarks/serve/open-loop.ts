import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../../src/measure/index.ts';

/** Result of one request. */
export interface Outcome {
  /** The HTTP status, or the connection error if there was no response. */
  readonly status: number | string;
  readonly hasRetryAfter: boolean;
  /** Error code, if the response is an error response (RFC 9457). */
  readonly code: string | undefined;
  /** Time from when the request was due until its whole answer was received. */
  readonly latencyMs: number;
  /** How late the request was sent: the part of the latency that the client causes. */
  readonly lateMs: number;
}

export interface Step {
  readonly url: string;
  readonly path: string;
  readonly bodyOf: (number: number) => string;
  readonly ratePerSecond: number;
  readonly seconds: number;
}

/** Sends requests at a constant rate (open loop): each when it is due, regardless of earlier responses. */
export async function openLoop({ url, path, bodyOf, ratePerSecond, seconds }: Step): Promise<Outcome[]> {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 20_000 });
  const total = Math.round(ratePerSecond * seconds);
  const asked: Promise<Outcome>[] = [];
  const startMs = performance.now();
  while (asked.length < total) {
    const dueCount = Math.min(total, Math.floor(((performance.now() - startMs) / 1_000) * ratePerSecond) + 1);
    while (asked.length < dueCount) {
      const number = asked.length;
      asked.push(one(startMs + (number / ratePerSecond) * 1_000, bodyOf(number)));
    }
    await delay(1);
  }
  const outcomes = await Promise.all(asked);
  agent.destroy();
  return outcomes;

  function one(dueMs: number, body: string): Promise<Outcome> {
    const lateMs = performance.now() - dueMs;
    return new Promise((resolve) => {
      const end = (status: number | string, hasRetryAfter = false, text = ''): void => {
        const code = status === 200 || text === '' ? undefined : codeOf(text);
        resolve({ status, hasRetryAfter, code, latencyMs: performance.now() - dueMs, lateMs });
      };
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const sent = request({ hostname, port, path, method: 'POST', headers, agent }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', (error) => end(error.message));
        response.on('end', () => {
          const hasRetryAfter = response.headers['retry-after'] !== undefined;
          end(response.statusCode ?? 0, hasRetryAfter, Buffer.concat(parts).toString());
        });
      });
      sent.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
      sent.end(body);
    });
  }
}

function codeOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { code?: string }).code;
  } catch {
    return undefined;
  }
}

/** Summary of the responses with one status. */
export interface StatusSummary {
  readonly count: number;
  readonly withRetryAfter: number;
  readonly codes: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** All outcomes grouped by status; the counts sum to the number of requests sent. */
export function byStatus(outcomes: readonly Outcome[]): Readonly<Record<string, StatusSummary>> {
  const groups = Map.groupBy(outcomes, ({ status }) => String(status));
  return Object.fromEntries(
    [...groups].map(([status, of]) => {
      const latencies = of.map(({ latencyMs }) => latencyMs);
      const codes = Map.groupBy(of, ({ code }) => code ?? '');
      codes.delete('');
      return [
        status,
        {
          count: of.length,
          withRetryAfter: of.filter(({ hasRetryAfter }) => hasRetryAfter).length,
          codes: Object.fromEntries([...codes].map(([code, found]) => [code, found.length])),
          p50Ms: quantile(latencies, 0.5),
          p95Ms: quantile(latencies, 0.95),
          p99Ms: quantile(latencies, 0.99),
          maxMs: Math.max(...latencies),
        },
      ];
    }),
  );
}
