import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import {
  type ModelledExchange,
  type ModelSettings,
  RequestRecorder,
  StorageModel,
} from '../../src/laptop/index.ts';
import { handleControl, isControl } from './control.ts';

/** Headers that apply to a connection, not to a message. */
const OF_CONNECTION: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection']);
const KEEP_ALIVE_MS = 120_000;

/**
 * Models the latency of S3: forwards every request to `target` with unchanged path and headers, so that
 * signatures remain valid; the storage model delays and paces the responses.
 */
export function createModelProxy(target: URL, settings: ModelSettings): Server {
  const recorder = new RequestRecorder();
  const model = new StorageModel(settings, recorder);
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 });
  const server = createServer((incoming, outgoing) => {
    if (isControl(incoming)) return handleControl(incoming, outgoing, model, recorder);
    const exchange = model.open(incoming, outgoing);
    if (exchange.isRefused) void exchange.refuse();
    else forward(incoming, exchange, target, agent);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = 0;
  server.on('close', () => agent.destroy());
  return server;
}

function forward(incoming: IncomingMessage, exchange: ModelledExchange, target: URL, agent: Agent): void {
  const upstream = request({
    agent,
    host: target.hostname,
    port: target.port,
    method: incoming.method,
    path: incoming.url,
    headers: withoutConnection(incoming.rawHeaders),
    setHost: false,
  });
  upstream.on('error', () => exchange.cut());
  upstream.on('response', (response) => {
    const length = incoming.method === 'HEAD' ? 0 : Number(response.headers['content-length'] ?? 0);
    void exchange.respond(
      response.statusCode ?? 0,
      withoutConnection(response.rawHeaders),
      response as AsyncIterable<Buffer>,
      length,
    );
  });
  exchange.gone.addEventListener('abort', () => upstream.destroy());
  incoming.pipe(upstream);
}

function withoutConnection(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    if (!OF_CONNECTION.has(raw[at]!.toLowerCase())) kept.push(raw[at]!, raw[at + 1]!);
  }
  return kept;
}
