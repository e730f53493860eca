import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { faultSource, STALL_MS } from './faults.ts';
import { BandwidthClock, PIECE_BYTES, waitUntil } from './pacer.ts';
import { OpenRequest, type RequestRecorder } from './recorder.ts';
import { changeSettings, type ModelSettings } from './settings.ts';

const SLOW_DOWN =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** Simulates remote storage: responses are delayed, paced and, if configured, sometimes fail. */
export class StorageModel {
  readonly recorder: RequestRecorder | undefined;
  #settings: ModelSettings;
  #drawFault: ReturnType<typeof faultSource>;
  readonly #total = new BandwidthClock();
  readonly #connections = new WeakMap<Socket, BandwidthClock>();

  /** Without a recorder, completed requests are not recorded. */
  constructor(settings: ModelSettings, recorder?: RequestRecorder) {
    this.#settings = settings;
    this.#drawFault = faultSource(settings.seed, settings.faultRate);
    this.recorder = recorder;
  }

  get settings(): ModelSettings {
    return this.#settings;
  }

  /** Changes settings of future requests; the fault sequence restarts. @throws INVALID_ARGUMENT */
  change(given: Readonly<Record<string, unknown>>): ModelSettings {
    this.#settings = changeSettings(this.#settings, given);
    this.#drawFault = faultSource(this.#settings.seed, this.#settings.faultRate);
    return this.#settings;
  }

  /** Handles a new request; `onEnd` is called once, when it has ended or the client disconnects. */
  open(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    onEnd?: (request: OpenRequest) => void,
  ): ModelledExchange {
    const fault = incoming.method === 'GET' ? this.#drawFault() : undefined;
    const record = new OpenRequest(incoming, fault, onEnd);
    this.recorder?.add(record);
    const connection = this.#connections.get(incoming.socket) ?? new BandwidthClock();
    this.#connections.set(incoming.socket, connection);
    return new ModelledExchange(incoming, outgoing, this.#settings, record, [connection, this.#total]);
  }
}

/** One storage request and its response. */
export class ModelledExchange {
  readonly record: OpenRequest;
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #settings: ModelSettings;
  readonly #clocks: readonly BandwidthClock[];
  readonly #gone = new AbortController();
  readonly #firstByteAtMs: number;

  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    settings: ModelSettings,
    record: OpenRequest,
    clocks: readonly [connection: BandwidthClock, total: BandwidthClock],
  ) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#settings = settings;
    this.#clocks = clocks;
    this.record = record;
    const stallMs = record.fault === 'stall' ? STALL_MS : 0;
    this.#firstByteAtMs = performance.now() + settings.latencyMs + stallMs;
    outgoing.once('close', () => {
      this.#gone.abort();
      record.end(false);
    });
  }

  /** Aborted once the client has disconnected or has received its response. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Whether a fault replaces the response. If so, the caller must call `refuse`. */
  get isRefused(): boolean {
    return this.record.fault === 'unavailable' || this.record.fault === 'reset';
  }

  async refuse(): Promise<void> {
    this.#incoming.resume();
    if (this.record.fault !== 'reset') {
      const headers = { 'content-type': 'application/xml', 'content-length': SLOW_DOWN.length };
      await this.respond(503, headers, [Buffer.from(SLOW_DOWN)], SLOW_DOWN.length);
      return;
    }
    await waitUntil(this.#firstByteAtMs, this.gone).catch(() => undefined);
    this.cut();
  }

  /**
   * Sends a response whose body has `length` bytes; resolves when it is sent or the client disconnects. A
   * body that fails or is too short cuts the connection.
   */
  async respond(
    status: number,
    headers: OutgoingHttpHeaders | readonly string[],
    body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    length: number,
  ): Promise<void> {
    try {
      await this.#respond(status, headers, body, length);
    } catch {
      this.cut();
    }
  }

  /** Cuts the connection, even in the middle of a response. */
  cut(): void {
    this.record.end(false);
    if (!this.gone.aborted) this.#incoming.socket.resetAndDestroy();
  }

  async #respond(
    status: number,
    headers: OutgoingHttpHeaders | readonly string[],
    body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    length: number,
  ): Promise<void> {
    await waitUntil(this.#firstByteAtMs, this.gone);
    this.record.status = status;
    this.#outgoing.writeHead(status, headers as OutgoingHttpHeaders);
    for (const clock of this.#clocks) clock.startAt(this.#firstByteAtMs);
    // Recorded before the last byte is sent, so that a follow-up request does not seem to start earlier.
    if (length === 0) this.record.end(true);
    this.#outgoing.flushHeaders();
    const most = this.record.fault === 'short' ? Math.floor(length / 2) : Number.POSITIVE_INFINITY;
    for await (const chunk of body) {
      for (let at = 0; at < chunk.length && this.record.bytes < most; at += PIECE_BYTES) {
        const end = Math.min(at + PIECE_BYTES, at + most - this.record.bytes);
        await this.#send(chunk.subarray(at, end), length);
      }
      if (this.record.bytes >= most) break;
    }
    if (this.record.fault === 'short' || this.record.bytes < length) return this.cut();
    this.record.end(true);
    this.#outgoing.end();
  }

  async #send(piece: Uint8Array, length: number): Promise<void> {
    const { connectionMb, totalMb } = this.#settings;
    const now = performance.now();
    const moments = this.#clocks.map((clock, index) =>
      clock.take(piece.length, index === 0 ? connectionMb : totalMb, now),
    );
    await waitUntil(Math.max(...moments), this.gone);
    this.record.bytes += piece.length;
    if (this.record.bytes === length) this.record.end(true);
    if (this.#outgoing.write(piece)) return;
    await once(this.#outgoing, 'drain', { signal: this.gone });
  }
}
