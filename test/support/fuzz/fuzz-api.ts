import { Agent } from 'node:http';
import fc from 'fast-check';
import { ApiContract } from '../openapi.ts';
import { type RawAnswer, rawHttp } from '../raw-http.ts';
import { sseErrors } from '../sse.ts';
import { type FuzzRequest, requests } from './requests.ts';

/** Statuses that the API may return if nothing behind it fails, including those of a busy API. */
const STATUSES = new Set([200, 400, 401, 403, 404, 405, 406, 413, 415, 422, 429, 503, 504]);
const CONCURRENCY = 6;
const BATCH = 500;

export interface FuzzReport {
  readonly sent: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Breaches of the contract with their requests; at most 20. */
  readonly failures: readonly string[];
}

/** Sends generated requests to a server; equal seeds generate equal requests. */
export async function fuzzApi(
  url: string,
  options: { readonly requests: number; readonly seed: number; readonly contract?: ApiContract },
): Promise<FuzzReport> {
  const sender = new Sender(url, options.contract);
  for (let sent = 0; sent < options.requests; sent += BATCH) {
    const numRuns = Math.min(BATCH, options.requests - sent);
    await sender.send(fc.sample(requests, { numRuns, seed: options.seed + sent }), CONCURRENCY);
  }
  return sender.report();
}

/** Sends the given requests to a server, one at a time. */
export async function sendEach(url: string, given: readonly FuzzRequest[]): Promise<FuzzReport> {
  const sender = new Sender(url);
  await sender.send(given, 1);
  return sender.report();
}

class Sender {
  readonly #url: string;
  readonly #contract: ApiContract;
  readonly #statuses: Record<string, number> = {};
  readonly #failures: string[] = [];
  #sent = 0;

  constructor(url: string, contract = new ApiContract()) {
    this.#url = url;
    this.#contract = contract;
  }

  async send(batch: readonly FuzzRequest[], concurrency: number): Promise<void> {
    // A new agent per batch, because generation blocks this process and the server may close idle connections
    // meanwhile.
    const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
    const waiting = batch[Symbol.iterator]();
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (const request of waiting) await this.#sendOne(request, agent);
      }),
    );
    agent.destroy();
  }

  report(): FuzzReport {
    return { sent: this.#sent, statuses: this.#statuses, failures: this.#failures.slice(0, 20) };
  }

  async #sendOne(request: FuzzRequest, agent: Agent): Promise<void> {
    this.#sent++;
    try {
      const { method, path, body } = request;
      // Node.js does not set a content length for bodies of HEAD or GET; without it, the body would be parsed
      // as a request.
      const headers = { ...request.headers, 'content-length': String(Buffer.byteLength(body)) };
      const answer = await rawHttp(this.#url, method, path, headers, body, agent);
      this.#count(String(answer.status));
      const errors = answerErrors(this.#contract, request, answer);
      if (errors.length > 0) this.#failures.push(`${errors.join('; ').slice(0, 400)} <- ${shown(request)}`);
    } catch (error) {
      // A server that refuses a large upload may close the connection early; any other failure is a crash.
      const isCut = request.body.length > 1_000_000;
      this.#count(isCut ? 'cut' : 'none');
      if (!isCut) this.#failures.push(`no answer: ${String(error)} <- ${shown(request)}`);
    }
  }

  #count(status: string): void {
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
  }
}

/** Breaches of the API's contract in a response. */
export function answerErrors(
  contract: ApiContract,
  request: Pick<FuzzRequest, 'method' | 'path'>,
  answer: Pick<RawAnswer, 'status' | 'headers' | 'body'>,
): string[] {
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
  `${method} ${path.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ${JSON.stringify(typeof body === 'string' ? body.slice(0, 300) : [...body.slice(0, 100)])}`;
