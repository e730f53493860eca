import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { handleControl, isControl } from './control.ts';
import { faultSource, STALL_MS } from './faults.ts';
import { BandwidthClock, PIECE_BYTES, waitUntil } from './pacer.ts';
import { type OpenRequest, RequestRecorder } from './recorder.ts';
import type { ModelSettings } from './settings.ts';

/** Headers that belong to a connection and not to a message. */
const OF_CONNECTION: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection']);
const KEEP_ALIVE_MS = 120_000;

/** What the parts of the proxy share; settings may change while it runs. */
export interface ModelState {
  settings: ModelSettings;
  drawFault: ReturnType<typeof faultSource>;
  readonly recorder: RequestRecorder;
}

/**
 * An S3 server at a distance: forwards every request to `target` with path and headers as they came, so that
 * signatures stay valid, and delays and paces the responses.
 */
export function createModelProxy(target: URL, settings: ModelSettings): Server {
  const state: ModelState = {
    settings,
    drawFault: faultSource(settings.seed, settings.faultRate),
    recorder: new RequestRecorder(),
  };
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 });
  const total = new BandwidthClock();
  const connections = new WeakMap<Socket, BandwidthClock>();
  const server = createServer((incoming, outgoing) => {
    if (isControl(incoming)) return handleControl(incoming, outgoing, state);
    const clock = connections.get(incoming.socket) ?? new BandwidthClock();
    connections.set(incoming.socket, clock);
    new Exchange(incoming, outgoing, state, [clock, total]).forward(target, agent);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = 0;
  server.on('close', () => agent.destroy());
  return server;
}

/** One request and its response. */
class Exchange {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #settings: ModelSettings;
  readonly #clocks: readonly [connection: BandwidthClock, total: BandwidthClock];
  readonly #record: OpenRequest;
  readonly #gone = new AbortController();
  readonly #firstByteAtMs: number;

  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    state: ModelState,
    clocks: readonly [BandwidthClock, BandwidthClock],
  ) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#settings = state.settings;
    this.#clocks = clocks;
    const fault = incoming.method === 'GET' ? state.drawFault() : undefined;
    this.#record = state.recorder.open(incoming, fault);
    this.#firstByteAtMs = performance.now() + this.#settings.latencyMs + (fault === 'stall' ? STALL_MS : 0);
    outgoing.once('close', () => {
      this.#gone.abort();
      this.#record.end(false);
    });
  }

  forward(target: URL, agent: Agent): void {
    const { fault } = this.#record;
    if (fault === 'unavailable' || fault === 'reset') {
      this.#incoming.resume();
      void this.#refuse(fault).catch(() => this.#cut());
      return;
    }
    const upstream = request({
      agent,
      host: target.hostname,
      port: target.port,
      method: this.#incoming.method,
      path: this.#incoming.url,
      headers: withoutConnection(this.#incoming.rawHeaders),
      setHost: false,
    });
    upstream.on('error', () => this.#cut());
    upstream.on('response', (response) => void this.#answer(response).catch(() => this.#cut()));
    this.#gone.signal.addEventListener('abort', () => upstream.destroy());
    this.#incoming.pipe(upstream);
  }

  async #answer(response: IncomingMessage): Promise<void> {
    await waitUntil(this.#firstByteAtMs, this.#gone.signal);
    this.#record.status = response.statusCode ?? 0;
    this.#outgoing.writeHead(this.#record.status, withoutConnection(response.rawHeaders));
    this.#outgoing.flushHeaders();
    for (const clock of this.#clocks) clock.startAt(this.#firstByteAtMs);
    const length = Number(response.headers['content-length'] ?? 0);
    const most = this.#record.fault === 'short' ? Math.floor(length / 2) : Number.POSITIVE_INFINITY;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length && this.#record.bytes < most; at += PIECE_BYTES) {
        await this.#send(
          chunk.subarray(at, Math.min(at + PIECE_BYTES, at + most - this.#record.bytes)),
          length,
        );
      }
      if (this.#record.bytes >= most) break;
    }
    if (this.#record.fault === 'short') return this.#cut();
    this.#record.end(true);
    this.#outgoing.end();
  }

  async #send(piece: Buffer, length: number): Promise<void> {
    const { connectionMb, totalMb } = this.#settings;
    const [connection, total] = this.#clocks;
    const now = performance.now();
    const moments = [
      connection.take(piece.length, connectionMb, now),
      total.take(piece.length, totalMb, now),
    ];
    await waitUntil(Math.max(...moments), this.#gone.signal);
    this.#record.bytes += piece.length;
    // Before the last write: whoever asks again because of it must not seem to have asked before its end.
    if (this.#record.bytes === length) this.#record.end(true);
    if (this.#outgoing.write(piece)) return;
    await once(this.#outgoing, 'drain', { signal: this.#gone.signal });
  }

  async #refuse(fault: 'unavailable' | 'reset'): Promise<void> {
    await waitUntil(this.#firstByteAtMs, this.#gone.signal);
    if (fault === 'reset') return this.#cut();
    const body = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code></Error>';
    this.#record.status = 503;
    this.#record.bytes = body.length;
    this.#record.end(true);
    this.#outgoing.writeHead(503, { 'content-type': 'application/xml', 'content-length': body.length });
    this.#outgoing.end(body);
  }

  #cut(): void {
    this.#record.end(false);
    if (!this.#gone.signal.aborted) this.#incoming.socket.resetAndDestroy();
  }
}

function withoutConnection(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    if (!OF_CONNECTION.has(raw[at]!.toLowerCase())) kept.push(raw[at]!, raw[at + 1]!);
  }
  return kept;
}
