import { Agent } from 'node:http';
import fc from 'fast-check';
import { ApiContract } from '../openapi.ts';
import { type RawAnswer, rawHttp } from '../raw-http.ts';
import { sseErrors } from '../sse.ts';
import { type FuzzRequest, requests } from './requests.ts';

/** Statuses of the contract that need no fault behind the API. */
const STATUSES = new Set([200, 400, 401, 403, 404, 405, 406, 413, 415, 422, 429]);
const CONCURRENCY = 6;
const BATCH = 500;

export interface FuzzReport {
  readonly sent: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What broke the contract: at most 20, with what was sent. */
  readonly failures: readonly string[];
}

/** Sends generated requests to a server; the same seed sends the same. */
export async function fuzzApi(
  url: string,
  options: { readonly requests: number; readonly seed: number; readonly contract?: ApiContract },
): Promise<FuzzReport> {
  const contract = options.contract ?? new ApiContract();
  const statuses: Record<string, number> = {};
  const failures: string[] = [];
  const send = async (request: FuzzRequest, agent: Agent): Promise<void> => {
    try {
      const { method, path, body } = request;
      // Node frames no body of a HEAD or a GET by itself: its bytes would be another request.
      const headers = { ...request.headers, 'content-length': String(Buffer.byteLength(body)) };
      const answer = await rawHttp(url, method, path, headers, body, agent);
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const errors = answerErrors(contract, request, answer);
      if (errors.length > 0) failures.push(`${errors.join('; ').slice(0, 400)} <- ${shown(request)}`);
    } catch (error) {
      // A refused upload may be cut off by the server's closing of the connection; anything else is a crash.
      const isCut = request.body.length > 1_000_000;
      const name = isCut ? 'cut' : 'none';
      statuses[name] = (statuses[name] ?? 0) + 1;
      if (!isCut) failures.push(`no answer: ${String(error)} <- ${shown(request)}`);
    }
  };
  for (let sent = 0; sent < options.requests; sent += BATCH) {
    const batch = fc.sample(requests, {
      numRuns: Math.min(BATCH, options.requests - sent),
      seed: options.seed + sent,
    });
    // Generating blocks this process: a server may close an idle connection meanwhile.
    const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
    const waiting = batch[Symbol.iterator]();
    await Promise.all(
      Array.from({ length: CONCURRENCY }, async () => {
        for (const request of waiting) await send(request, agent);
      }),
    );
    agent.destroy();
  }
  return { sent: options.requests, statuses, failures: failures.slice(0, 20) };
}

function answerErrors(contract: ApiContract, request: FuzzRequest, answer: RawAnswer): string[] {
  const { status, headers, body } = answer;
  if (!STATUSES.has(status)) return [`status ${status}: ${body.slice(0, 200)}`];
  const type = String(headers['content-type'] ?? '');
  if (status === 429 && headers['retry-after'] === undefined) return ['429 without Retry-After'];
  if (request.method === 'HEAD') return body === '' ? [] : ['HEAD has a body'];
  const path = request.path.split('?', 1)[0]!;
  const errors = contract.responseErrors(request.method, path, { status, type, body });
  if (status >= 400 && !type.startsWith('application/problem+json')) errors.push(`an error of type ${type}`);
  return type.startsWith('text/event-stream') ? [...errors, ...sseErrors(contract, body)] : errors;
}

const shown = ({ method, path, headers, body }: FuzzRequest): string =>
  `${method} ${path.slice(0, 300)} ${JSON.stringify(headers)} ${JSON.stringify(typeof body === 'string' ? body.slice(0, 300) : [...body.slice(0, 100)])}`;
