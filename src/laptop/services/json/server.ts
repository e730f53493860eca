import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type Access, guarded } from '../../../io/http-server/index.ts';
import { accessKeyOf } from '../credentials.ts';
import { wireError, wireErrorOf } from '../wire-error.ts';
import { readJsonBody } from './body.ts';
import type { JsonService } from './operation.ts';

const KEEP_ALIVE_MS = 120_000;

/** A service whose requests select the operation by path instead of by target, such as Lambda. */
export interface PathService {
  serves(incoming: IncomingMessage): boolean;
  handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
}

/**
 * Creates one server for all services except S3, not yet listening. Signatures are required but not verified.
 */
export function createJsonServer(
  services: readonly JsonService[],
  paths: readonly PathService[],
  access: Access,
): Server {
  const byTarget = new Map(services.map((service) => [service.target, service]));
  const listener: RequestListener = (incoming, outgoing) => {
    const path = paths.find((each) => each.serves(incoming));
    const work = path === undefined ? serve(incoming, outgoing, byTarget) : path.handle(incoming, outgoing);
    // The client has disconnected, so the error cannot be reported.
    work.catch(() => outgoing.destroy());
  };
  const server = createServer(guarded(access, listener));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // Long polls and synchronous executions take long.
  server.requestTimeout = 0;
  return server;
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  byTarget: ReadonlyMap<string, JsonService>,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const [target = '', name = ''] = String(incoming.headers['x-amz-target'] ?? '').split('.', 2);
  const service = byTarget.get(target);
  try {
    const run = operationOf(incoming, service, name);
    const input = await readJsonBody(incoming, service!.maxBodyBytes);
    const output = await run(input, { headers: incoming.headers, signal: gone.signal });
    send(outgoing, 200, output, service);
  } catch (error) {
    incoming.resume();
    const { awsCode, status, message } = wireErrorOf(error, 'InternalServerError');
    const body = { __type: `${service?.errorNamespace ?? 'com.amazon.coral.service'}#${awsCode}`, message };
    send(outgoing, status, body, service, service?.errorHeaders?.(awsCode));
  }
}

/** @throws UnknownOperationException, MissingAuthenticationToken, IncompleteSignature */
function operationOf(
  { method, url, headers }: IncomingMessage,
  service: JsonService | undefined,
  name: string,
) {
  if (service === undefined || !Object.hasOwn(service.operations, name)) {
    const requested = headers['x-amz-target'] || `${method} ${url}`;
    throw wireError('UnknownOperationException', 400, `${requested} is not supported by the laptop.`);
  }
  const { authorization } = headers;
  if (authorization === undefined) {
    throw wireError('MissingAuthenticationToken', 400, 'Request is missing Authentication Token');
  }
  if (accessKeyOf(authorization) === undefined) {
    throw wireError('IncompleteSignature', 400, 'The Authorization header does not use Signature Version 4.');
  }
  return service.operations[name]!;
}

function send(
  outgoing: ServerResponse,
  status: number,
  body: object,
  service: JsonService | undefined,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(JSON.stringify(body));
  outgoing.writeHead(status, {
    'content-type': service?.contentType ?? 'application/x-amz-json-1.0',
    'content-length': bytes.length,
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  outgoing.end(bytes);
}
