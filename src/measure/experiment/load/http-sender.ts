import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { redactAddress, SragError, withoutTrailingSlashes } from '../../../core/index.ts';
import type { SampleCost, SampleTrace } from '../results/sample.ts';
import type { Reply, ReplyDetails, Send } from './send.ts';

/** A target with srag's HTTP API. */
export interface HttpTarget {
  /** Base address, such as `https://x.execute-api.eu-central-1.amazonaws.com/prod`. */
  readonly url: string;
  readonly route: 'retrieve' | 'query';
  /** Returns the JSON body of a request that asks the question. */
  readonly bodyOf: (question: number) => string;
  readonly apiKey?: string | undefined;
}

/** Sends to one target over keep-alive connections. */
export interface HttpSender {
  readonly send: Send;
  close(): void;
}

const MAX_REPLY_BYTES = 32 * 2 ** 20;
/**
 * Idle connections are closed after this time, or after a shorter time that the server announces. Otherwise
 * the server might close one just as a request is sent, an error that users of other clients do not see.
 */
const IDLE_MS = 50_000;

/**
 * Creates the sender of an HTTP target. It neither limits connections nor queues for them, because the block
 * limits the requests in flight.
 * @throws INVALID_ARGUMENT for an invalid address
 */
export function httpSender({ url, route, bodyOf, apiKey }: HttpTarget): HttpSender {
  const address = addressOf(url, route);
  const isSecure = address.protocol === 'https:';
  const agent = new (isSecure ? HttpsAgent : HttpAgent)({
    keepAlive: true,
    maxFreeSockets: 10_000,
    scheduling: 'lifo',
    timeout: IDLE_MS,
  });
  const request = isSecure ? httpsRequest : httpRequest;

  const once = (body: string, signal: AbortSignal): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const headers: Record<string, string | number> = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      };
      if (apiKey !== undefined) headers['x-api-key'] = apiKey;
      const sent = request(address, { method: 'POST', headers, agent, signal }, (reply) =>
        collect(reply).then(
          (text) => resolve({ status: reply.statusCode, details: () => detailsOf(text) }),
          reject,
        ),
      );
      sent.on('error', reject);
      sent.end(body);
    });

  return { send: (question, signal) => once(bodyOf(question), signal), close: () => agent.destroy() };
}

function addressOf(url: string, route: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || !['http:', 'https:'].includes(address.protocol)) {
    throw new SragError('INVALID_ARGUMENT', `'${redactAddress(url)}' is not the address of an API.`, {
      remedy: 'Use an address such as http://127.0.0.1:3000.',
      fields: { field: 'url', value: redactAddress(url) },
    });
  }
  address.pathname = `${withoutTrailingSlashes(address.pathname)}/${route}`;
  return address;
}

async function collect(reply: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of reply as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size > MAX_REPLY_BYTES) {
      throw new SragError('REPLY_TOO_LARGE', `A reply has more than ${MAX_REPLY_BYTES} bytes.`);
    }
  }
  return Buffer.concat(parts).toString();
}

interface ReplyBody {
  readonly code?: string;
  readonly trace?: SampleTrace;
  readonly cost?: SampleCost;
  readonly hits?: readonly { readonly documentId: string }[];
  readonly chunks?: readonly { readonly documentId: string }[];
}

/** @throws SyntaxError if the reply is not JSON */
function detailsOf(text: string): ReplyDetails {
  const { code, trace, cost, hits, chunks } = JSON.parse(text) as ReplyBody;
  const found = hits ?? chunks;
  return { code, trace, cost, hits: found && [...new Set(found.map(({ documentId }) => documentId))] };
}
