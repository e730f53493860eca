import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { messageOf } from '../../../core/index.ts';
import { accessKeyOf } from '../credentials.ts';
import { readBytes } from '../json/body.ts';
import type { PathService } from '../json/server.ts';
import { type WireError, wireError, wireErrorOf } from '../wire-error.ts';
import type { InvocationReply, InvokeFunction } from './handlers.ts';

const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations$/;
const ANY_PATH = /^\/20\d\d-\d\d-\d\d\//;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** Lambda's payload limit. */
const MAX_PAYLOAD_BYTES = 6 * 1_024 ** 2;
/** Headers of Invoke and their supported values; undefined if the header is absent. */
const SERVED_HEADERS: Readonly<Record<string, readonly unknown[]>> = {
  'x-amz-invocation-type': [undefined, 'RequestResponse'],
  'x-amz-log-type': [undefined, 'None'],
  'x-amz-client-context': [undefined],
};

/** Lambda: only Invoke. */
export class LambdaService implements PathService {
  readonly #invoke: InvokeFunction | undefined;

  constructor(invoke: InvokeFunction | undefined) {
    this.#invoke = invoke;
  }

  serves(incoming: IncomingMessage): boolean {
    return incoming.headers['x-amz-target'] === undefined && ANY_PATH.test(incoming.url ?? '');
  }

  async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      answer(outgoing, await this.#run(incoming, outgoing));
    } catch (error) {
      incoming.resume();
      refuse(outgoing, wireErrorOf(error, 'ServiceException'));
    }
  }

  async #run(incoming: IncomingMessage, outgoing: ServerResponse): Promise<InvocationReply> {
    const { headers, method, url = '' } = incoming;
    const found = PATH.exec(url);
    if (method !== 'POST' || found === null) {
      throw wireError('UnknownOperationException', 404, `${method} ${url} is not supported by the laptop.`);
    }
    if (accessKeyOf(headers.authorization) === undefined) {
      throw wireError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token');
    }
    for (const [header, values] of Object.entries(SERVED_HEADERS)) {
      if (values.includes(headers[header])) continue;
      const message = `${header}: ${headers[header]} is not supported by the laptop.`;
      throw wireError('InvalidParameterValueException', 400, message);
    }
    const name = decoded(found[1]!);
    if (!NAME.test(name)) {
      throw wireError('ValidationException', 400, `'${name}' is not the name of a function.`);
    }
    const payload = await readBytes(incoming, MAX_PAYLOAD_BYTES, 'RequestTooLargeException');
    checkJson(payload);
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    const traceHeader = headers['x-amzn-trace-id'];
    const reply = await this.#invoke?.(name, payload, {
      traceHeader: traceHeader === undefined ? undefined : String(traceHeader),
      signal: gone.signal,
    });
    if (reply === undefined || reply.statusCode === 404) {
      throw wireError('ResourceNotFoundException', 404, `Function not found: ${name}`);
    }
    return reply;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @throws InvalidRequestContentException */
function checkJson(payload: Buffer): void {
  if (payload.length === 0) return;
  try {
    JSON.parse(payload.toString('utf8'));
  } catch (error) {
    throw wireError(
      'InvalidRequestContentException',
      400,
      `Could not parse request body into json: ${messageOf(error)}`,
    );
  }
}

function answer(outgoing: ServerResponse, reply: InvocationReply): void {
  if (reply.statusCode === 429) {
    refuse(
      outgoing,
      { awsCode: 'TooManyRequestsException', status: 429, message: 'Rate Exceeded.', details: {} },
      { Type: 'User', Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
      { 'retry-after': '1' },
    );
    return;
  }
  send(outgoing, reply.statusCode, reply.payload ?? new Uint8Array(), {
    'x-amz-executed-version': '$LATEST',
    ...(reply.functionError === undefined ? {} : { 'x-amz-function-error': reply.functionError }),
  });
}

function refuse(
  outgoing: ServerResponse,
  { awsCode, status, message }: WireError,
  more: Readonly<Record<string, string>> = { Type: status < 500 ? 'User' : 'Service' },
  headers: OutgoingHttpHeaders = {},
): void {
  const body = Buffer.from(JSON.stringify({ ...more, message, Message: message }));
  send(outgoing, status, body, { 'x-amzn-errortype': awsCode, ...headers });
}

function send(
  outgoing: ServerResponse,
  status: number,
  body: Uint8Array,
  headers: OutgoingHttpHeaders,
): void {
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  outgoing.end(body);
}
