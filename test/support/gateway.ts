import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { type AccessLogEntry, Gateway, type GatewayOptions } from '../../src/laptop/gateway/index.ts';
import type { InvocationResult, Report } from '../../src/laptop/lifecycle/index.ts';

export const REPORT: Report = {
  requestId: 'r',
  durationMs: 1,
  billedMs: 1,
  maxMemoryMb: 1,
  memoryMb: 128,
  status: 'success',
};

export const proxied = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** A function's response: the payload, or the JSON of a proxy integration's response. */
export const answering = (value: unknown): InvocationResult => ({
  kind: 'response',
  payload: value instanceof Buffer ? value : proxied(value),
  report: REPORT,
});

/**
 * A gateway with GET and POST /things and a streaming POST /stream for one function; it is closed after the
 * test.
 */
export async function gatewayOver(
  answer: InvocationResult | (() => Promise<InvocationResult>),
  options: Partial<GatewayOptions> = {},
) {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into every part of an event.
  const events: any[] = [];
  const entries: AccessLogEntry[] = [];
  const route = (method: string, path: string) => ({
    method,
    path,
    functionName: 'tested',
    streaming: path === '/stream',
  });
  const gateway = new Gateway({
    routes: [route('GET', '/things'), route('POST', '/things'), route('POST', '/stream')],
    functions: {
      invoke: async (_name, payload) => {
        events.push(JSON.parse(payload.toString('utf8')));
        return typeof answer === 'function' ? answer() : answer;
      },
    },
    throttle: { rate: 10_000, burst: 10_000 },
    onRequest: (entry) => entries.push(entry),
    ...options,
  });
  gateway.server.listen(0, '127.0.0.1');
  await once(gateway.server, 'listening');
  onTestFinished(async () => {
    gateway.server.closeAllConnections();
    await new Promise((done) => gateway.server.close(done));
  });
  const { port } = gateway.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, events, entries };
}

/** Sends bytes on a new connection; returns everything received until it is closed or idle for 3 s. */
export async function rawConnection(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.setTimeout(3_000, () => socket.destroy());
  socket.on('error', () => {});
  socket.write(bytes);
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(socket, 'close');
  return text;
}
