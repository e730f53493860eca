import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * The fault of one request. `status`: an error response. `reset`, `lose`: the connection is dropped before or
 * after the request is processed. `short`, `stall`: the connection is dropped, or the server stops sending,
 * after half of the body. `silent`: there is no response.
 */
export type Fault =
  | { readonly status: number; readonly code: string }
  | 'reset'
  | 'lose'
  | 'short'
  | 'stall'
  | 'silent';

interface Stored {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly metadata: Record<string, string>;
}

/** A server that speaks the S3 API for single objects and injects faults. */
export class FaultServer {
  readonly objects = new Map<string, Stored>();
  /** The faults of the next requests, in order. Requests after them succeed. */
  readonly faults: Fault[] = [];
  readonly requests: string[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { method = '', headers } = request;
    this.requests.push(method);
    const fault = this.faults.shift();
    if (fault === 'silent') return;
    if (fault === 'reset') return void request.socket.destroy();
    if (typeof fault === 'object') return refuse(response, fault.status, fault.code);
    const key = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    const stored = this.objects.get(key);
    if (method === 'PUT') {
      const { 'if-match': match, 'if-none-match': none } = headers;
      const fits = match !== undefined ? stored?.etag === match : none !== '*' || stored === undefined;
      if (!fits) return refuse(response, 412, 'PreconditionFailed');
      const bytes = Buffer.concat(parts);
      const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
      const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
      this.objects.set(key, {
        bytes,
        etag,
        metadata: Object.fromEntries(metadata) as Record<string, string>,
      });
      if (fault === 'lose') return void request.socket.destroy();
      response.writeHead(200, { etag }).end();
      return;
    }
    if (stored === undefined) return refuse(response, 404, 'NoSuchKey');
    const half = stored.bytes.subarray(0, stored.bytes.length / 2);
    response.writeHead(200, { ...stored.metadata, etag: stored.etag, 'content-length': stored.bytes.length });
    if (method === 'HEAD') response.end();
    else if (fault === 'short') response.write(half, () => request.socket.destroy());
    else if (fault === 'stall') response.write(half);
    else response.end(stored.bytes);
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
}
